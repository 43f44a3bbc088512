/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /proc/kallsyms is text that the kernel makes of 200,000 symbols while it is read, a
 * third of a second; from 5.16 on a program may ask for one of them by name. The dozen
 * instructions here ask and decide nothing. Where that is refused, the text is read,
 * which also shows whether addresses are hidden.
 */
#include "runtime/symbol.h"
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bundles/error.h"

#define NAME_BYTES 16

#define LOAD64(reg, value)                                                     \
	{.code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = (reg), .imm = (s32)(u32)(value)}, \
	{.imm = (s32)((value) >> 32)}
#define STORE64(to, offset, from)                                              \
	{.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = (to), .off = (offset), .src_reg = (from)}
#define MOVE(to, from) {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (to), .src_reg = (from)}
#define SET(to, value) {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (to), .imm = (value)}
#define ADD(to, value) {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (to), .imm = (value)}

/* The name and the place for the answer are on the program's stack; the answer is
 * handed out in its context, since a program returns 32 bits only. */
static u64 ask(const char *name)
{
	u64 words[NAME_BYTES / 8] = {0}, answer = 0;
	int fd CLEANUP_FD = -1;

	if (strlen(name) >= NAME_BYTES)
		return 0;
	memcpy(words, name, strlen(name));
	const struct bpf_insn code[] = {
		MOVE(BPF_REG_6, BPF_REG_1),
		LOAD64(BPF_REG_1, words[0]),
		STORE64(BPF_REG_10, -24, BPF_REG_1),
		LOAD64(BPF_REG_1, words[1]),
		STORE64(BPF_REG_10, -16, BPF_REG_1),
		SET(BPF_REG_3, 0),
		STORE64(BPF_REG_10, -8, BPF_REG_3),
		MOVE(BPF_REG_1, BPF_REG_10),
		ADD(BPF_REG_1, -24),
		SET(BPF_REG_2, NAME_BYTES),
		MOVE(BPF_REG_4, BPF_REG_10),
		ADD(BPF_REG_4, -8),
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_kallsyms_lookup_name},
		{.code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_10, .off = -8},
		STORE64(BPF_REG_6, 0, BPF_REG_1),
		SET(BPF_REG_0, 0),
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, load, .prog_flags = BPF_F_SLEEPABLE);
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &answer, .ctx_size_in = sizeof answer);

	fd = bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "nb_symbol", "GPL", code,
			   sizeof code / sizeof *code, &load);
	return fd >= 0 && !bpf_prog_test_run_opts(fd, &run) ? answer : 0;
}

static u64 read_all(const char *name, bool *hidden)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], end[NAME_BYTES + 2];
	u64 address = 0;

	if (!file)
		return 0;
	snprintf(end, sizeof end, " %s\n", name);
	while (!address && fgets(line, sizeof line, file)) {
		if (strncmp(line, "0000000000000000 ", 17))
			*hidden = false;
		if (strstr(line, end))
			address = strtoull(line, NULL, 16);
	}
	fclose(file);
	return address;
}

u64 symbol_address(const char *name, bool *hidden)
{
	u64 address = ask(name);

	*hidden = !address;
	return address ? address : read_all(name, hidden);
}
