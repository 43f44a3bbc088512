/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc; knows nothing of policies. */
#include "runtime/process.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runtime/files.h"

/* Fields after the name, counted as in proc(5): 3 is the state. */
#define FIELD_FLAGS 9
#define FIELD_USER_TIME 14
#define FIELD_SYSTEM_TIME 15
#define FIELD_START 22

bool process_stat_parse(const char *text, struct process_stat *out)
{
	const char *at = strrchr(text, ')');
	struct process_stat stat = {0};

	if (!at || at[1] != ' ')
		return false;
	at += 2;
	stat.dead = *at == 'Z' || *at == 'X';
	for (int field = 3; field <= FIELD_START; field++) {
		uint64_t value = strtoull(at, NULL, 10);

		if (field == FIELD_FLAGS)
			stat.flags = (uint32_t)value;
		else if (field == FIELD_USER_TIME || field == FIELD_SYSTEM_TIME)
			stat.cpu_ticks += value;
		else if (field == FIELD_START)
			stat.start_ticks = value;
		at = strchr(at, ' ');
		if (!at && field < FIELD_START)
			return false;
		at = at ? at + 1 : "";
	}
	*out = stat;
	return true;
}

bool process_stat_read(const char *folder, struct process_stat *out)
{
	char path[80], text[1024];

	snprintf(path, sizeof path, "%s/stat", folder);
	return !file_read_line(path, text, sizeof text) && process_stat_parse(text, out);
}

int process_each(const char *folder, int (*each)(uint32_t pid, void *arg), void *arg)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int result = 0;

	if (!dir)
		return -1;
	while (result == 0 && (entry = readdir(dir))) {
		char *end;
		unsigned long pid = strtoul(entry->d_name, &end, 10);

		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && !*end)
			result = each((uint32_t)pid, arg);
	}
	closedir(dir);
	return result;
}
