/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The few things asked of libLLVM, with its handles owned by the declaration and
 * its errors turned into ours. The only file that may test LLVM's version.
 *
 * LLVM reports back-end errors to a handler and then returns success and an
 * object: they are counted here, and an object with errors is thrown away.
 */
#pragma once
#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdint.h>
#include "bundles/error.h"

/*
 * What is called of it, without "LLVM". libLLVM takes ten times as long to load as all else
 * that netbpfc is linked with, and only compiling needs it: it is loaded when it is.
 */
#define LLVM_CALLS(X) \
	X(ConstInt) X(ContextCreate) X(ContextDispose) X(ContextSetDiagnosticHandler) \
	X(CreateMemoryBufferWithMemoryRange) X(CreatePassBuilderOptions) \
	X(CreateTargetMachine) X(DeleteGlobal) X(DisposeErrorMessage) \
	X(DisposeMemoryBuffer) X(DisposeMessage) X(DisposeModule) \
	X(DisposePassBuilderOptions) X(DisposeTargetMachine) X(GetBufferSize) \
	X(GetBufferStart) X(GetDiagInfoDescription) X(GetDiagInfoSeverity) \
	X(GetErrorMessage) X(GetFirstFunction) X(GetFirstGlobal) X(GetNamedFunction) \
	X(GetNamedGlobal) X(GetNextFunction) X(GetNextGlobal) X(GetSection) X(GetTarget) \
	X(GetTargetFromTriple) X(GetValueName2) X(GlobalGetValueType) \
	X(InitializeBPFAsmParser) X(InitializeBPFAsmPrinter) X(InitializeBPFTarget) \
	X(InitializeBPFTargetInfo) X(InitializeBPFTargetMC) X(Int32TypeInContext) \
	X(IsDeclaration) X(ParseBitcodeInContext2) X(RunPasses) X(SetGlobalConstant) \
	X(SetInitializer) X(SetLinkage) X(TargetMachineEmitToMemoryBuffer) X(VerifyModule)

extern struct llvm_calls {
#define CALL(name) __typeof__(LLVM##name) *name;
	LLVM_CALLS(CALL)
#undef CALL
} LLVM; /* none before llvm_load */

/* Fails where libLLVM is not there, or is another one. It stays loaded. */
int llvm_load(struct error *);

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
