/* SPDX-License-Identifier: BSD-2-Clause */
/* again FILE   what a pread of one byte of the open FILE costs, the least of several
 * rounds, in nanoseconds: under `qemu -icount shift=0` these are guest instructions */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include "clock.h"

#define ROUNDS 9
#define CALLS 2000

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	uint64_t best = UINT64_MAX;
	char byte;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t began = now_ns();

		for (int i = 0; i < CALLS; i++)
			if (pread(fd, &byte, 1, 0) != 1)
				return 1;
		if ((now_ns() - began) / CALLS < best)
			best = (now_ns() - began) / CALLS;
	}
	printf("%llu\n", (unsigned long long)best);
	return 0;
}
