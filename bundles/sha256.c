/* SPDX-License-Identifier: BSD-2-Clause */
#include "bundles/sha256.h"

#include <nettle/sha2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define WORTH_A_THREAD ((size_t)1 << 20) /* bytes; a thread costs as much as some 50 kB */

struct work {
	struct sha256_of *parts;
	size_t n;
	atomic_size_t next;
};

void sha256(uint8_t out[SHA256_LEN], const uint8_t *at, size_t len)
{
	struct sha256_ctx state;

	sha256_init(&state);
	sha256_update(&state, len, at);
	sha256_digest(&state, SHA256_DIGEST_SIZE, out);
}

static void *take_turns(void *arg)
{
	struct work *work = arg;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->n)
		sha256(work->parts[i].hash, work->parts[i].at, work->parts[i].len);
	return NULL;
}

void sha256_each(struct sha256_of *parts, size_t n)
{
	struct work work = {.parts = parts, .n = n};
	size_t bytes = 0;
	pthread_t second;
	bool two;

	for (size_t i = 0; i < n; i++)
		bytes += parts[i].len;
	two = bytes >= WORTH_A_THREAD &&
	      pthread_create(&second, NULL, take_turns, &work) == 0;
	take_turns(&work);
	if (two)
		pthread_join(second, NULL);
}
