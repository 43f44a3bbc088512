/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few things asked of libLLVM, with its handles owned by the declaration and
 * its errors turned into ours. The only file that may test LLVM's version.
 *
 * LLVM reports back-end errors to a handler and then returns success and an
 * object: they are counted here, and an object with errors is thrown away.
 */
#pragma once
#include <llvm-c/Core.h>
#include <llvm-c/TargetMachine.h>
#include <stdint.h>
#include "bundles/error.h"

struct llvm {
	LLVMContextRef context;
	LLVMModuleRef module;
	LLVMTargetMachineRef machine;
	unsigned errors;
	char first_error[512];
};

/* Parses bitcode; *llvm must stay where it is until llvm_close. */
int llvm_open(struct llvm *, const unsigned char *bitcode, size_t len, struct error *);
void llvm_close(struct llvm *);
int llvm_passes(struct llvm *, const char *pipeline, struct error *);
/* *object is malloc'ed. */
int llvm_emit(struct llvm *, uint8_t **object, size_t *len, struct error *);
