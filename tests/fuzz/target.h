/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzz targets share: where they are run from, reading an input bit by
 * bit, and giving up. */
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t len);


/* What is left of an input; an empty one gives zeros. */
struct feed {
	const uint8_t *at;
	size_t n;
};

static inline uint32_t feed_byte(struct feed *f)
{
	if (!f->n)
		return 0;
	f->n--;
	return *f->at++;
}

/* Below n, of which there are at most 65536. */
static inline uint32_t feed_below(struct feed *f, uint32_t n)
{
	uint32_t high = n > 256 ? feed_byte(f) : 0;

	return n ? (high << 8 | feed_byte(f)) % n : 0;
}

/* Output that nobody reads, but that is formatted. */
static inline FILE *fuzz_sink(void)
{
	static FILE *sink;

	if (!sink)
		sink = fopen("/dev/null", "w");
	return sink ? sink : stderr;
}

#define FUZZ_REQUIRE(truth)                                                      \
	do {                                                                     \
		if (!(truth)) {                                                  \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__,         \
				__LINE__, #truth);                               \
			abort();                                                 \
		}                                                                \
	} while (0)
