/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries that are read to places of their own: the same bundle, or the same refusal, as when
 * all of it lies in one piece; and what is believed are the bytes of the place. */
#include "bundle_fixture.h"

#include <signal.h>
#include <sys/wait.h>

enum { LARGE = 150000, N = 6 };
static uint8_t large[LARGE];
static const struct bundle_entry entries[N] = {
	{"bpf/o.bpf.o", (const uint8_t *)"not ELF", 7},
	{"maps/a.img", large, LARGE}, /* begins in what is read before the places are known */
	{"maps/b.img", (const uint8_t *)"", 0},
	{"maps/c.img", large + 7, 1024}, /* no padding */
	{"maps/d.img", (const uint8_t *)"xyz", 3},
	{"meta/policy.nbp", (const uint8_t *)"policy web-tier {}\n", 19},
};
#define ALL ((1u << N) - 1)

struct places {
	unsigned mask;	 /* of the entries that get one */
	unsigned damage; /* of those of which a byte changes while they are sealed */
	unsigned fail;	 /* of those that cannot be sealed */
	unsigned offered, sealed;
	uint8_t *at[N], *moved[N];
};

static unsigned number(const char *name)
{
	for (unsigned i = 0; i < N; i++)
		if (!strcmp(entries[i].name, name))
			return i;
	fail_msg("no such entry: %s", name);
	return 0;
}

static uint8_t *offer(void *arg, const char *name, size_t len)
{
	struct places *p = arg;
	unsigned i = number(name);

	assert_int_equal(len, entries[i].len);
	assert_false(p->offered >> i & 1);
	p->offered |= 1u << i;
	if (!(p->mask >> i & 1))
		return NULL;
	p->at[i] = malloc(len + 1);
	p->at[i][len] = 0x5a;
	return p->at[i];
}

/* Elsewhere again, so that it shows where the bytes are taken from. */
static const uint8_t *seal(void *arg, const char *name, struct error *err)
{
	struct places *p = arg;
	unsigned i = number(name);
	size_t len = entries[i].len;

	assert_true(p->at[i] && !(p->sealed >> i & 1));
	assert_int_equal(p->at[i][len], 0x5a);
	p->sealed |= 1u << i;
	if (p->fail >> i & 1) {
		error_set(err, EXIT_SYSTEM, "%s cannot be sealed", name);
		return NULL;
	}
	p->moved[i] = malloc(len + 1);
	memcpy(p->moved[i], p->at[i], len);
	memset(p->at[i], 0, len);
	if (p->damage >> i & 1)
		p->moved[i][len - 1] ^= 1;
	return p->moved[i];
}

static void forget(struct places *p)
{
	for (unsigned i = 0; i < N; i++) {
		free(p->at[i]);
		free(p->moved[i]);
	}
	*p = (struct places){0};
}

static int setup(void **state)
{
	struct fixture *f;
	struct error err;

	for (size_t i = 0; i < LARGE; i++)
		large[i] = (uint8_t)(i * 2654435761u >> 13);
	fixture_setup(state);
	f = *state;
	free(f->bytes);
	if (bundle_write(f->path, &head, entries, N, f->key, &err) < 0)
		fail_msg("%s", err.text);
	return bundle_read(f->path, &f->bytes, &f->len, &err);
}

static void store(const struct fixture *f, const uint8_t *bytes, size_t len)
{
	FILE *file = fopen(f->path, "w");

	assert_true(file && fwrite(bytes, 1, len, file) == len);
	assert_int_equal(fclose(file), 0);
}

static int load(const struct fixture *f, const char *path, struct places *p, uint8_t **bytes,
		struct bundle *out, struct error *err)
{
	struct bundle_places places = {.arg = p, .offer = offer, .seal = seal};

	return bundle_load(path, &f->pub, 1, &places, bytes, out, err);
}

/* The bundle at path, with places for those of the mask, is the one that was written. */
static void is_whole(const struct fixture *f, const char *path, unsigned mask)
{
	struct places p = {.mask = mask};
	static struct bundle b, plain;
	uint8_t *bytes = NULL;
	struct error err;

	assert_int_equal(bundle_verify(f->bytes, f->len, &f->pub, 1, &plain, &err), 0);
	if (load(f, path, &p, &bytes, &b, &err) < 0)
		fail_msg("places %x: %s", mask, err.text);
	assert_int_equal(p.offered, ALL);
	assert_int_equal(p.sealed, mask);
	assert_int_equal(b.n_entries, N);
	assert_memory_equal(&b.manifest, &plain.manifest, sizeof b.manifest);
	assert_memory_equal(b.signer, plain.signer, sizeof b.signer);
	assert_memory_equal(b.digest, plain.digest, sizeof b.digest);
	for (unsigned i = 0; i < N; i++) {
		assert_string_equal(b.entries[i].name, entries[i].name);
		assert_int_equal(b.entries[i].len, entries[i].len);
		assert_memory_equal(b.entries[i].at, entries[i].at, entries[i].len);
		assert_true(mask >> i & 1
				    ? b.entries[i].at == p.moved[i]
				    : b.entries[i].at > bytes && b.entries[i].at < bytes + f->len);
	}
	free(bytes);
	forget(&p);
}

static void any_of_them(void **state)
{
	for (unsigned mask = 0; mask <= ALL; mask++)
		is_whole(*state, ((struct fixture *)*state)->path, mask);
}

/* Standard input is a pipe that somebody writes in pieces of `piece` bytes. */
static pid_t pour(const uint8_t *bytes, size_t len, size_t piece)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		signal(SIGPIPE, SIG_DFL);
		for (size_t at = 0; at < len; at += piece)
			if (write(ends[1], bytes + at, len - at < piece ? len - at : piece) < 0)
				break;
		_exit(0);
	}
	assert_true(pid > 0 && dup2(ends[0], STDIN_FILENO) == STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void from_a_pipe(void **state)
{
	static const size_t pieces[] = {13, 512, 4096, 65535, SIZE_MAX};
	static const unsigned masks[] = {0, ALL, 2, 16, 26};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		pid_t pid = pour(f->bytes, f->len, pieces[i]);

		is_whole(f, "-", masks[i]);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
}

/* What bundle_verify says of these bytes, bundle_load says whatever has a place. */
static void same_refusal(const struct fixture *f, const uint8_t *bytes, size_t len)
{
	static const unsigned masks[] = {0, ALL, 2, 1 << 3 | 1 << 4};
	static struct bundle out, before;
	struct error plain = {0}, err;

	assert_int_equal(bundle_verify(bytes, len, &f->pub, 1, &out, &plain), -1);
	store(f, bytes, len);
	memset(&before, 0xa5, sizeof before);
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		struct places p = {.mask = masks[i]};
		uint8_t *kept = NULL;

		out = before;
		assert_int_equal(load(f, f->path, &p, &kept, &out, &err), -1);
		assert_int_equal(err.code, plain.code);
		if (strcmp(err.text, plain.text) != 0 &&
		    !strstr(err.text, "does not begin with the tar entry MANIFEST"))
			fail_msg("places %x: '%s', but in one piece '%s'", masks[i], err.text,
				 plain.text);
		assert_memory_equal(&out, &before, sizeof out);
		assert_null(kept);
		forget(&p);
	}
}

static void changed_bytes(void **state)
{
	struct fixture *f = *state;
	uint8_t *bytes = malloc(f->len);

	memcpy(bytes, f->bytes, f->len);
	for (size_t at = 0; at < f->len; at += at < 4096 || at + 8192 > f->len ? 61 : 1009) {
		bytes[at] ^= 0x20;
		same_refusal(f, bytes, f->len);
		bytes[at] ^= 0x20;
	}
	for (unsigned i = 0; i < N; i++) { /* first and last of each entry, and what follows it */
		const size_t front = TAR_BLOCK + 2048;
		const uint8_t *in = entries[i].len ? memmem(f->bytes + front, f->len - front,
							    entries[i].at, entries[i].len)
						   : NULL;
		size_t at = in ? (size_t)(in - f->bytes) : 0;
		size_t each[] = {at, at + entries[i].len - 1, at + entries[i].len, at - 1};

		for (size_t j = 0; in && j < 4; j++) {
			bytes[each[j]] ^= 1;
			same_refusal(f, bytes, f->len);
			bytes[each[j]] ^= 1;
		}
	}
	free(bytes);
}

static void cut_or_longer(void **state)
{
	struct fixture *f = *state;
	uint8_t *bytes = calloc(1, f->len + 5000);

	memcpy(bytes, f->bytes, f->len);
	for (size_t len = 100; len < f->len; len += 509)
		same_refusal(f, bytes, len);
	for (size_t len = f->len - 700; len < f->len; len += 37)
		same_refusal(f, bytes, len);
	same_refusal(f, bytes, f->len + 1);
	same_refusal(f, bytes, f->len + 512);
	same_refusal(f, bytes, f->len + 5000);
	free(bytes);
}

/* A stream may end in what is set aside, where there is no buffer yet. */
static void cut_in_a_pipe(void **state)
{
	struct fixture *f = *state;

	for (size_t len = 90000; len < f->len; len += 7001) {
		struct places p = {.mask = ALL};
		static struct bundle out;
		uint8_t *kept = NULL;
		struct error err, plain;
		pid_t pid = pour(f->bytes, len, 4000);

		assert_int_equal(bundle_verify(f->bytes, len, &f->pub, 1, &out, &plain), -1);
		assert_int_equal(load(f, "-", &p, &kept, &out, &err), -1);
		assert_string_equal(err.text, plain.text);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		forget(&p);
	}
}

static void nothing_before_the_signature(void **state)
{
	struct fixture *f = *state;
	struct places p = {.mask = ALL};
	struct bundle_places places = {.arg = &p, .offer = offer, .seal = seal};
	struct public_key other = f->pub;
	static struct bundle out;
	uint8_t *kept = NULL;
	struct error err;

	other.key[3] ^= 1;
	assert_int_equal(bundle_load(f->path, &other, 1, &places, &kept, &out, &err), -1);
	assert_int_equal(err.code, EXIT_REFUSED);
	assert_int_equal(p.offered, 0);
	assert_int_equal(bundle_load(f->path, NULL, 0, &places, &kept, &out, &err), -1);
	assert_int_equal(err.code, EXIT_REFUSED);
	assert_int_equal(p.offered, 0);
}

/* The hash is that of the sealed bytes, not of the file's. */
static void sealed_bytes_count(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < N; i++) {
		struct places damaged = {.mask = ALL, .damage = 1u << i};
		struct places failing = {.mask = ALL, .fail = 1u << i};
		static struct bundle out;
		uint8_t *kept = NULL;
		struct error err;
		char said[BUNDLE_MAX_NAME + 3];

		snprintf(said, sizeof said, "'%.99s'", entries[i].name);
		if (entries[i].len) {
			assert_int_equal(load(f, f->path, &damaged, &kept, &out, &err), -1);
			assert_int_equal(err.code, EXIT_REFUSED);
			assert_non_null(strstr(err.text, "SHA-256"));
			assert_non_null(strstr(err.text, said));
		}
		assert_int_equal(load(f, f->path, &failing, &kept, &out, &err), -1);
		assert_int_equal(err.code, EXIT_SYSTEM);
		assert_non_null(strstr(err.text, "cannot be sealed"));
		assert_null(kept);
		forget(&damaged);
		forget(&failing);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_of_them),   TEST(from_a_pipe),	  TEST(changed_bytes),
		TEST(cut_or_longer), TEST(cut_in_a_pipe), TEST(nothing_before_the_signature),
		TEST(sealed_bytes_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
