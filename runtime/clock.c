/* SPDX-License-Identifier: BSD-2-Clause */
/* Formatting of times; milliseconds are enough for events. */
#include "runtime/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NS 1000000000ll

const char *clock_text(char out[CLOCK_TEXT], int64_t seconds, int64_t nanoseconds)
{
	time_t when = seconds;
	struct tm tm;
	size_t len;

	if (!gmtime_r(&when, &tm)) {
		snprintf(out, CLOCK_TEXT, "@%" PRId64, seconds);
		return out;
	}
	len = strftime(out, CLOCK_TEXT - 8, "%Y-%m-%dT%H:%M:%S", &tm);
	if (nanoseconds >= 0)
		snprintf(out + len, CLOCK_TEXT - len, ".%03dZ",
			 (int)(nanoseconds / 1000000 % 1000));
	else
		snprintf(out + len, CLOCK_TEXT - len, "Z");
	return out;
}

int64_t clock_boot_offset_ns(void)
{
	struct timespec real, boot;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (real.tv_sec - boot.tv_sec) * NS + real.tv_nsec - boot.tv_nsec;
}
