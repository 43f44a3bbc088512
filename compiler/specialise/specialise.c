/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A parameter is declared in the templates and defined here, as a constant; what
 * it makes unreachable then disappears: code by O2, and programs, functions and
 * maps because everything that no needed program reaches is dropped. Functions
 * keep their linkage through O2, because the kernel verifies those that are not
 * static on their own, against the signature in their BTF.
 */
#include "compiler/specialise/specialise.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bpf-templates/embedded.h"
#include "compiler/specialise/elf.h"
#include "compiler/specialise/llvm.h"

struct value {
	const char *name;
	uint32_t value;
};

static int define(struct llvm *llvm, LLVMValueRef global, uint32_t value)
{
	LLVMTypeRef type = LLVM.Int32TypeInContext(llvm->context);

	if (LLVM.GlobalGetValueType(global) != type)
		return -1;
	LLVM.SetInitializer(global, LLVM.ConstInt(type, value, 0));
	LLVM.SetGlobalConstant(global, 1);
	LLVM.SetLinkage(global, LLVMInternalLinkage);
	return 0;
}

/* Defines every parameter that the templates declare; one that is unknown here,
 * or of another type, is an error. */
static int set_parameters(struct llvm *llvm, const struct nb_params *params, uint32_t level,
			  struct error *err)
{
	const struct value values[] = {
#define PARAM(name, text) { "nb_p_" #name, params->name },
#include "bpf-templates/params.def"
#undef PARAM
		{ "nb_level", level },
	};
	LLVMValueRef global = LLVM.GetFirstGlobal(llvm->module);

	for (; global; global = LLVM.GetNextGlobal(global)) {
		size_t len, i;
		const char *name = LLVM.GetValueName2(global, &len);

		if (!LLVM.IsDeclaration(global) || !strncmp(name, "llvm.", 5))
			continue;
		for (i = 0; i < sizeof(values) / sizeof(*values); i++)
			if (!strcmp(values[i].name, name))
				break;
		if (i == sizeof(values) / sizeof(*values) || define(llvm, global, values[i].value))
			return error_set(err, EXIT_SYSTEM,
					 "the templates want a parameter '%s' that this compiler does not set",
					 name);
	}
	return 0;
}

/* `used` attributes keep everything; reachability shall decide. */
static void forget_used(struct llvm *llvm)
{
	static const char *const lists[] = { "llvm.used", "llvm.compiler.used" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		LLVMValueRef list = LLVM.GetNamedGlobal(llvm->module, lists[i]);

		if (list)
			LLVM.DeleteGlobal(list);
	}
}

static const char *const programs[] = {
#define HOOK(name, fn, text, kind) #fn,
#include "bpf-templates/hooks.def"
#undef HOOK
};
enum { IS_FILE, IS_LSM, IS_NET, IS_PACKET, IS_EXE, IS_SCAN, IS_SHARED };
static const uint8_t kinds[] = {
#define HOOK(name, fn, text, kind) IS_##kind,
#include "bpf-templates/hooks.def"
#undef HOOK
};

static bool has_kind(uint64_t hooks, uint8_t kind)
{
	for (uint32_t i = 0; i < NB_HOOK_COUNT; i++)
		if (hooks >> i & 1 && kinds[i] == kind)
			return true;
	return false;
}

static uint64_t hooks_of_level(const struct image *image, uint32_t level)
{
	uint64_t hooks = image->hooks;

	if (level < NB_LEVEL_MARKS)
		hooks &= ~image->hooks_of_marks;
	for (uint32_t i = 0; level < NB_LEVEL_SHARES && i < NB_HOOK_COUNT; i++)
		if (kinds[i] == IS_SHARED)
			hooks &= ~(1ull << i);
	return hooks;
}

static void drop_programs(struct llvm *llvm, uint64_t hooks)
{
	for (uint32_t i = 0; i < NB_HOOK_COUNT; i++) {
		LLVMValueRef program = LLVM.GetNamedFunction(llvm->module, programs[i]);

		if (program && !(hooks >> i & 1))
			LLVM.SetLinkage(program, LLVMInternalLinkage);
	}
}

/* Those that stand in place of a function that nothing is left to call. */
static void drop_shared(struct llvm *llvm)
{
	for (uint32_t i = 0; i < NB_HOOK_COUNT; i++) {
		LLVMValueRef program = LLVM.GetNamedFunction(llvm->module, programs[i]);
		const char *section = program ? LLVM.GetSection(program) : NULL;

		if (kinds[i] == IS_SHARED && section &&
		    !LLVM.GetNamedFunction(llvm->module, section + strlen(NB_SHARED_SECTION)))
			LLVM.SetLinkage(program, LLVMInternalLinkage);
	}
}

static bool is_root(const char *name)
{
	for (uint32_t i = 0; i < NB_HOOK_COUNT; i++)
		if (!strcmp(programs[i], name))
			return true;
	return !strcmp(name, "nb_license");
}

static bool is_map(const char *section)
{
	return !strcmp(section, ".maps") ||
	       !strncmp(section, NB_IMAGE_SECTION, strlen(NB_IMAGE_SECTION));
}

/* Internal while `hide`, so that globaldce drops what is unreachable; what is left
 * gets its linkage back. Programs and the licence are the roots. */
static void set_visibility(struct llvm *llvm, bool hide)
{
	LLVMValueRef lists[] = { LLVM.GetFirstFunction(llvm->module),
				 LLVM.GetFirstGlobal(llvm->module) };

	for (int i = 0; i < 2; i++) {
		LLVMValueRef v = lists[i];

		for (; v; v = i ? LLVM.GetNextGlobal(v) : LLVM.GetNextFunction(v)) {
			size_t len;
			const char *name = LLVM.GetValueName2(v, &len);
			const char *section = LLVM.GetSection(v);
			/* functions that were static stay static */
			bool shared = i ? section && is_map(section) : !strncmp(name, "nb_", 3);

			if (LLVM.IsDeclaration(v) || is_root(name) || !shared)
				continue;
			LLVM.SetLinkage(v, hide ? LLVMInternalLinkage :
					     i ? LLVMExternalLinkage : LLVMWeakAnyLinkage);
		}
	}
}

/* Leaves everything hidden. */
static int drop_unreachable(struct llvm *llvm, struct error *err)
{
	set_visibility(llvm, true);
	return llvm_passes(llvm, "globaldce", err);
}

static int transform(struct llvm *llvm, const struct image *image, uint32_t level,
		     uint8_t **object, size_t *len, struct error *err)
{
	if (llvm_open(llvm, nb_template_bitcode, nb_template_bitcode_len, err) ||
	    set_parameters(llvm, &image->params, level, err))
		return -1;
	forget_used(llvm);
	drop_programs(llvm, hooks_of_level(image, level));
	/* most of the templates are about files: O2 takes half the time without */
	if (!has_kind(image->hooks, IS_FILE)) {
		if (drop_unreachable(llvm, err))
			return -1;
		set_visibility(llvm, false);
	}
	if (llvm_passes(llvm, "default<O2>", err) || drop_unreachable(llvm, err))
		return -1;
	drop_shared(llvm);
	if (llvm_passes(llvm, "globaldce", err))
		return -1;
	set_visibility(llvm, false);
	if (llvm_emit(llvm, object, len, err))
		return -1;
	return elf_strip_dwarf(object, len, err);
}

/* ---- a process for each level ---- */

struct worker {
	pid_t pid;
	int fd; /* its answer: a byte, 0 or an exit code, then the object or the text */
};

static int write_all(int fd, const void *at, size_t len)
{
	const uint8_t *byte = at;

	while (len) {
		ssize_t n = write(fd, byte, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		byte += n;
		len -= (size_t)n;
	}
	return 0;
}

static _Noreturn void work(const struct image *image, uint32_t level, int fd)
{
	struct error err = { .code = EXIT_SYSTEM };
	struct llvm llvm = { 0 };
	uint8_t *object = NULL, code = 0;
	size_t len = 0;

	if (transform(&llvm, image, level, &object, &len, &err)) {
		code = (uint8_t)err.code;
		write_all(fd, &code, 1);
		write_all(fd, err.text, strlen(err.text));
		_exit(0);
	}
	_exit(write_all(fd, &code, 1) || write_all(fd, object, len) ? 1 : 0);
}

static int start(struct worker *worker, const struct image *image, uint32_t level,
		 struct error *err)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return error_set(err, EXIT_SYSTEM, "cannot make a pipe: %s", strerror(errno));
	worker->pid = fork();
	if (!worker->pid) {
		close(fds[0]);
		work(image, level, fds[1]);
	}
	close(fds[1]);
	if (worker->pid < 0) {
		close(fds[0]);
		return error_set(err, EXIT_SYSTEM, "cannot start a process: %s", strerror(errno));
	}
	worker->fd = fds[0];
	return 0;
}

static int read_all(int fd, uint8_t **out, size_t *len)
{
	size_t cap = 1 << 18, n = 0;
	uint8_t *at = malloc(cap), *more;

	for (;;) {
		ssize_t got;

		if (n == cap) {
			more = realloc(at, cap *= 2);
			if (!more)
				break;
			at = more;
		}
		got = at ? read(fd, at + n, cap - n) : -1;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		if (!got) {
			*out = at;
			*len = n;
			return 0;
		}
		n += (size_t)got;
	}
	free(at);
	return -1;
}

static int finish(struct worker *worker, struct specialised *to, struct error *err)
{
	uint8_t *answer = NULL;
	size_t len = 0;
	int status = 0, rc = read_all(worker->fd, &answer, &len);

	close(worker->fd);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (rc || status || !len) {
		error_set(err, EXIT_SYSTEM, WIFSIGNALED(status) ?
			  "libLLVM crashed; this is a fault of netbpfc, please report it with the policy" :
			  "the process that ran libLLVM gave no object, perhaps for want of memory");
		rc = -1;
	} else if (answer[0]) {
		rc = error_set(err, answer[0], "%.*s", (int)len - 1, (const char *)answer + 1);
	} else {
		memmove(answer, answer + 1, len - 1);
		to->object = answer;
		to->len = len - 1;
		return 0;
	}
	free(answer);
	return error_wrap(err, "programs for kernels from %u.%u", to->level >> 8, to->level & 255);
}

int specialise(const struct image *image, struct specialised *list, size_t n, struct error *err)
{
	struct worker workers[8];
	struct error later;
	size_t started = 0;
	int rc = 0;

	if (n > sizeof(workers) / sizeof(*workers))
		return error_set(err, EXIT_SYSTEM, "more kernel levels than this compiler makes");
	if (llvm_load(err)) /* once, for all */
		return -1;
	while (!rc && started < n) {
		rc = start(&workers[started], image, list[started].level, err);
		started += !rc;
	}
	for (size_t i = 0; i < started; i++) /* every one is waited for */
		if (finish(&workers[i], &list[i], rc ? &later : err))
			rc = -1;
	return rc;
}
