/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rename A B                 rename(2) alone, without mv's fall-back; A is made if it is not
 *                            there, as a directory
 * rename -u UID PROGRAM ...  runs a program as that uid and gid
 */
#define _GNU_SOURCE
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct stat st;

	if (argc > 3 && !strcmp(argv[1], "-u")) {
		unsigned uid = (unsigned)atoi(argv[2]);

		if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
			return 3;
		execvp(argv[3], argv + 3);
		perror(argv[3]);
		return 3;
	}
	if (argc != 3)
		return 2;
	if (stat(argv[1], &st) && mkdir(argv[1], 0755))
		return 1;
	if (rename(argv[1], argv[2])) {
		perror("rename");
		return 1;
	}
	return 0;
}
