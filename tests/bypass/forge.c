/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process that makes /proc/PID/exe name another program, as any user may in a user
 * namespace of its own: it lives on in anonymous memory, unmaps its program, and
 * claims the other with PR_SET_MM_MAP. Then it opens `path`.
 */
#include "bypass.h"
#include "forge.h"
#include <linux/prctl.h>

extern char __executable_start[], _end[];

#define RAW __attribute__((section("forge"), noinline, optimize("O1"), no_stack_protector))

RAW static long raw(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = 0;
	long rc;

	__asm__ volatile("syscall" : "=a"(rc) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return rc;
}

/* Copied into memory of its own together with raw(), so that nothing here may be
 * outside of this section. */
RAW static void alone(char *path, struct prctl_mm_map *map, long start, long bytes)
{
	long rc = raw(SYS_munmap, start, bytes, 0, 0);

	if (!rc)
		rc = raw(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (long)map, sizeof *map);
	if (!rc)
		rc = raw(SYS_open, (long)path, O_RDONLY, 0, 0);
	raw(SYS_exit_group, rc < 0 ? -rc : WORKED, 0, 0, 0);
}

extern char __start_forge[], __stop_forge[];

int forged_open(const char *exe, const char *path)
{
	size_t bytes = (size_t)(__stop_forge - __start_forge), used;
	long start = (long)__executable_start, end = ((long)_end + 4095) & ~4095l;
	unsigned long long v[53] = { 0 };
	char line[2048] = "", *at;
	FILE *f = fopen("/proc/self/stat", "re");
	struct prctl_mm_map *map;
	char *page;

	must(f && fgets(line, sizeof line, f) ? 0 : -1, "/proc/self/stat");
	at = strrchr(line, ')') + 4;
	for (int i = 4; i <= 52; i++)
		v[i] = strtoull(at, &at, 10);
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(page == MAP_FAILED ? -1 : 0, "mmap");
	memcpy(page, __start_forge, bytes);
	used = (bytes + 15) & ~15ul;
	map = (void *)(page + used);
	*map = (struct prctl_mm_map){
		.start_code = v[26], .end_code = v[27], .start_stack = v[28], .start_data = v[45],
		.end_data = v[46], .start_brk = v[47], .brk = v[47], .arg_start = v[48],
		.arg_end = v[49], .env_start = v[50], .env_end = v[51],
		.exe_fd = (unsigned)must(open(exe, O_RDONLY), "open of the claimed program"),
	};
	at = page + used + sizeof *map;
	strcpy(at, path);
	((void (*)(char *, struct prctl_mm_map *, long, long))(page + ((char *)alone - __start_forge)))(
		at, map, start, end - start);
	return -1;
}
