/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/specialise/llvm.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct llvm_calls LLVM;

int llvm_load(struct error *err)
{
	static const char *const names[] = {
#define NAME(name) "LLVM" #name,
		LLVM_CALLS(NAME)
#undef NAME
	};
	void *library = dlopen(LLVM_SONAME, RTLD_LAZY | RTLD_LOCAL);
	void *calls[sizeof(names) / sizeof(*names)];

	_Static_assert(sizeof(calls) == sizeof(LLVM), "a pointer each");
	if (!library)
		return error_set(err, EXIT_SYSTEM,
				 "cannot load libLLVM, which makes programs of a policy: %s; install the package that has %s (Debian: libllvm%d)",
				 dlerror(), LLVM_SONAME, LLVM_VERSION_MAJOR);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		calls[i] = dlsym(library, names[i]);
		if (!calls[i])
			return error_set(err, EXIT_SYSTEM, "%s is not the libLLVM that netbpfc was built for: it has no %s",
					 LLVM_SONAME, names[i]);
	}
	memcpy(&LLVM, calls, sizeof(LLVM));
	return 0;
}

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *data)
{
	struct llvm *llvm = data;
	char *text;

	if (LLVM.GetDiagInfoSeverity(info) != LLVMDSError)
		return;
	text = LLVM.GetDiagInfoDescription(info);
	if (!llvm->errors++)
		snprintf(llvm->first_error, sizeof(llvm->first_error), "%s", text);
	LLVM.DisposeMessage(text);
}

static int failed(struct llvm *llvm, const char *doing, struct error *err)
{
	return error_set(err, EXIT_SYSTEM,
			 "libLLVM failed while %s: %s; this is a fault of netbpfc or of its templates, please report it with the policy",
			 doing, llvm->errors ? llvm->first_error : "no reason given");
}

static int make_machine(struct llvm *llvm, struct error *err)
{
	const char *triple = LLVM.GetTarget(llvm->module);
	LLVMTargetRef target;
	char *text = NULL;

	LLVM.InitializeBPFTargetInfo();
	LLVM.InitializeBPFTarget();
	LLVM.InitializeBPFTargetMC();
	LLVM.InitializeBPFAsmPrinter();
	LLVM.InitializeBPFAsmParser(); /* of may_goto, rounds.h */
	if (LLVM.GetTargetFromTriple(triple, &target, &text)) {
		error_set(err, EXIT_SYSTEM, "libLLVM has no BPF target: %s", text);
		LLVM.DisposeMessage(text);
		return -1;
	}
	llvm->machine = LLVM.CreateTargetMachine(target, triple, "v3", "",
						 LLVMCodeGenLevelDefault, LLVMRelocDefault,
						 LLVMCodeModelDefault);
	return llvm->machine ? 0 : failed(llvm, "making the target machine", err);
}

int llvm_open(struct llvm *llvm, const unsigned char *bitcode, size_t len, struct error *err)
{
	LLVMMemoryBufferRef buffer;
	LLVMBool bad;

	*llvm = (struct llvm){ .context = LLVM.ContextCreate() };
	LLVM.ContextSetDiagnosticHandler(llvm->context, on_diagnostic, llvm);
	buffer = LLVM.CreateMemoryBufferWithMemoryRange((const char *)bitcode, len, "templates", 0);
	bad = LLVM.ParseBitcodeInContext2(llvm->context, buffer, &llvm->module);
	LLVM.DisposeMemoryBuffer(buffer);
	if (bad)
		return failed(llvm, "reading the templates", err);
	return make_machine(llvm, err);
}

void llvm_close(struct llvm *llvm)
{
	if (llvm->machine)
		LLVM.DisposeTargetMachine(llvm->machine);
	if (llvm->module)
		LLVM.DisposeModule(llvm->module);
	if (llvm->context)
		LLVM.ContextDispose(llvm->context);
	*llvm = (struct llvm){ 0 };
}

int llvm_passes(struct llvm *llvm, const char *pipeline, struct error *err)
{
	LLVMPassBuilderOptionsRef options = LLVM.CreatePassBuilderOptions();
	LLVMErrorRef error = LLVM.RunPasses(llvm->module, pipeline, llvm->machine, options);

	LLVM.DisposePassBuilderOptions(options);
	if (error) {
		char *text = LLVM.GetErrorMessage(error);

		error_set(err, EXIT_SYSTEM, "libLLVM refused the passes '%s': %s", pipeline, text);
		LLVM.DisposeErrorMessage(text);
		return -1;
	}
	return llvm->errors ? failed(llvm, "optimising", err) : 0;
}

int llvm_emit(struct llvm *llvm, uint8_t **object, size_t *len, struct error *err)
{
	LLVMMemoryBufferRef buffer = NULL;
	char *text = NULL;
	uint8_t *copy;

	if (LLVM.VerifyModule(llvm->module, LLVMReturnStatusAction, &text)) {
		error_set(err, EXIT_SYSTEM, "libLLVM finds the specialised module broken: %s", text);
		LLVM.DisposeMessage(text);
		return -1;
	}
	LLVM.DisposeMessage(text);
	text = NULL;
	if (LLVM.TargetMachineEmitToMemoryBuffer(llvm->machine, llvm->module, LLVMObjectFile, &text,
						 &buffer)) {
		LLVM.DisposeMessage(text);
		return failed(llvm, "emitting the object", err);
	}
	if (llvm->errors) {
		LLVM.DisposeMemoryBuffer(buffer);
		return failed(llvm, "emitting the object", err);
	}
	*len = LLVM.GetBufferSize(buffer);
	copy = malloc(*len);
	if (copy)
		memcpy(copy, LLVM.GetBufferStart(buffer), *len);
	LLVM.DisposeMemoryBuffer(buffer);
	if (!copy)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	*object = copy;
	return 0;
}
