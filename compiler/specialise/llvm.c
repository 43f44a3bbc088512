/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/specialise/llvm.h"
#include <llvm-c/Analysis.h>
#include <llvm-c/BitReader.h>
#include <llvm-c/Error.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *data)
{
	struct llvm *llvm = data;
	char *text;

	if (LLVMGetDiagInfoSeverity(info) != LLVMDSError)
		return;
	text = LLVMGetDiagInfoDescription(info);
	if (!llvm->errors++)
		snprintf(llvm->first_error, sizeof(llvm->first_error), "%s", text);
	LLVMDisposeMessage(text);
}

static int failed(struct llvm *llvm, const char *doing, struct error *err)
{
	return error_set(err, EXIT_SYSTEM,
			 "libLLVM failed while %s: %s; this is a fault of netbpfc or of its templates, please report it with the policy",
			 doing, llvm->errors ? llvm->first_error : "no reason given");
}

static int make_machine(struct llvm *llvm, struct error *err)
{
	const char *triple = LLVMGetTarget(llvm->module);
	LLVMTargetRef target;
	char *text = NULL;

	LLVMInitializeBPFTargetInfo();
	LLVMInitializeBPFTarget();
	LLVMInitializeBPFTargetMC();
	LLVMInitializeBPFAsmPrinter();
	LLVMInitializeBPFAsmParser(); /* of may_goto, rounds.h */
	if (LLVMGetTargetFromTriple(triple, &target, &text)) {
		error_set(err, EXIT_SYSTEM, "libLLVM has no BPF target: %s", text);
		LLVMDisposeMessage(text);
		return -1;
	}
	llvm->machine = LLVMCreateTargetMachine(target, triple, "v3", "",
						LLVMCodeGenLevelDefault, LLVMRelocDefault,
						LLVMCodeModelDefault);
	return llvm->machine ? 0 : failed(llvm, "making the target machine", err);
}

int llvm_open(struct llvm *llvm, const unsigned char *bitcode, size_t len, struct error *err)
{
	LLVMMemoryBufferRef buffer;
	LLVMBool bad;

	*llvm = (struct llvm){ .context = LLVMContextCreate() };
	LLVMContextSetDiagnosticHandler(llvm->context, on_diagnostic, llvm);
	buffer = LLVMCreateMemoryBufferWithMemoryRange((const char *)bitcode, len, "templates", 0);
	bad = LLVMParseBitcodeInContext2(llvm->context, buffer, &llvm->module);
	LLVMDisposeMemoryBuffer(buffer);
	if (bad)
		return failed(llvm, "reading the templates", err);
	return make_machine(llvm, err);
}

void llvm_close(struct llvm *llvm)
{
	if (llvm->machine)
		LLVMDisposeTargetMachine(llvm->machine);
	if (llvm->module)
		LLVMDisposeModule(llvm->module);
	if (llvm->context)
		LLVMContextDispose(llvm->context);
	*llvm = (struct llvm){ 0 };
}

int llvm_passes(struct llvm *llvm, const char *pipeline, struct error *err)
{
	LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
	LLVMErrorRef error = LLVMRunPasses(llvm->module, pipeline, llvm->machine, options);

	LLVMDisposePassBuilderOptions(options);
	if (error) {
		char *text = LLVMGetErrorMessage(error);

		error_set(err, EXIT_SYSTEM, "libLLVM refused the passes '%s': %s", pipeline, text);
		LLVMDisposeErrorMessage(text);
		return -1;
	}
	return llvm->errors ? failed(llvm, "optimising", err) : 0;
}

int llvm_emit(struct llvm *llvm, uint8_t **object, size_t *len, struct error *err)
{
	LLVMMemoryBufferRef buffer = NULL;
	char *text = NULL;
	uint8_t *copy;

	if (LLVMVerifyModule(llvm->module, LLVMReturnStatusAction, &text)) {
		error_set(err, EXIT_SYSTEM, "libLLVM finds the specialised module broken: %s", text);
		LLVMDisposeMessage(text);
		return -1;
	}
	LLVMDisposeMessage(text);
	text = NULL;
	if (LLVMTargetMachineEmitToMemoryBuffer(llvm->machine, llvm->module, LLVMObjectFile, &text,
						&buffer)) {
		LLVMDisposeMessage(text);
		return failed(llvm, "emitting the object", err);
	}
	if (llvm->errors) {
		LLVMDisposeMemoryBuffer(buffer);
		return failed(llvm, "emitting the object", err);
	}
	*len = LLVMGetBufferSize(buffer);
	copy = malloc(*len);
	if (copy)
		memcpy(copy, LLVMGetBufferStart(buffer), *len);
	LLVMDisposeMemoryBuffer(buffer);
	if (!copy)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	*object = copy;
	return 0;
}
