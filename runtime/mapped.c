/* SPDX-License-Identifier: BSD-2-Clause */
/* maps says what is mapped how, map_files has a link to each file. */
#include "runtime/mapped.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "bundles/error.h"
#include "runtime/files.h"

bool mapping_parse(const char *line, uint32_t pid, struct mapping *out, uint64_t inode[2])
{
	uint64_t from, to, number;
	unsigned major, minor;
	char how[5];
	int used = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %x:%x %" SCNu64 " %n", &from, &to, how,
		   &major, &minor, &number, &used) < 6 ||
	    !number || strlen(how) != 4 || line[used] != '/')
		return false;
	snprintf(out->link, sizeof out->link, "/proc/%u/map_files/%" PRIx64 "-%" PRIx64, pid, from,
		 to);
	out->r = how[0] == 'r';
	out->w = how[1] == 'w' && how[3] == 's';
	out->x = how[2] == 'x';
	inode[0] = (uint64_t)major << 32 | minor;
	inode[1] = number;
	return true;
}

int mapped_each(uint32_t pid, int (*each)(const struct mapping *, void *arg), void *arg)
{
	char path[64], *text CLEANUP_FREE = NULL, *end;
	uint64_t before[2] = {0}, inode[2];
	struct mapping m, last = {0};
	int result = 0;
	size_t len;

	snprintf(path, sizeof path, "/proc/%u/maps", pid);
	if (file_read(path, &text, &len))
		return 0; /* one that has ended has nothing mapped */
	for (char *line = text; result == 0 && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!mapping_parse(line, pid, &m, inode) ||
		    (!memcmp(inode, before, sizeof inode) && m.r <= last.r && m.w <= last.w &&
		     m.x <= last.x))
			continue;
		memcpy(before, inode, sizeof inode);
		last = m;
		result = each(&m, arg);
	}
	return result;
}
