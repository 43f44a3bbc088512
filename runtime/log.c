/* SPDX-License-Identifier: BSD-2-Clause */
/* The last LOG_BYTES of libbpf's warnings; a verifier log may be megabytes. */
#include "runtime/log.h"
#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bundles/error.h"

#define LOG_BYTES 4096
static char kept[LOG_BYTES + 1]; /* libbpf's callback takes no argument of ours */

static void keep(const char *text, size_t len)
{
	size_t have = strlen(kept);

	if (len > LOG_BYTES) {
		text += len - LOG_BYTES;
		len = LOG_BYTES;
	}
	if (have + len > LOG_BYTES) {
		size_t drop = have + len - LOG_BYTES;

		memmove(kept, kept + drop, have - drop);
		have -= drop;
	}
	memcpy(kept + have, text, len);
	kept[have + len] = '\0';
}

__attribute__((format(printf, 2, 0))) static int receive(enum libbpf_print_level level,
							 const char *fmt, va_list args)
{
	char *text CLEANUP_FREE = NULL;

	if (level == LIBBPF_DEBUG || vasprintf(&text, fmt, args) < 0) {
		text = NULL;
		return 0;
	}
	keep(text, strlen(text));
	return 0;
}

void log_start(void)
{
	kept[0] = '\0';
	libbpf_set_print(receive);
}

void log_tail(char *out, size_t cap)
{
	const char *from = kept;
	size_t len = strlen(kept);

	if (len >= cap) {
		const char *line = strchr(kept + len - cap + 1, '\n');

		from = line && line[1] ? line + 1 : kept + len - cap + 1;
	}
	snprintf(out, cap, "%s", from);
	len = strlen(out);
	while (len && out[len - 1] == '\n')
		out[--len] = '\0';
	for (char *p = out; *p; p++)
		if ((unsigned char)*p < 0x20 && *p != '\n')
			*p = ' ';
}
