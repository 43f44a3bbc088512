/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lookup values ROWS                       the parameters of an image, as values.h
 * lookup time OBJECT 4|6 FEED IMAGE        ns a lookup of each: tables, LPM trie,
 *                                          hash; the share of hits
 * lookup fill IMAGE                        ms to bring an image into the kernel: by
 *                                          mapping, by one update
 *
 * Half of the queries are in the feed, with random host bits; the others are random
 * neighbours. Least of several rounds, without the loop around the lookups. Loads
 * programs and runs them with BPF_PROG_TEST_RUN; attaches nothing.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "bpf-templates/abi.h"
#include "clock.h"

#define WINDOW 256
#define QUERIES (1u << 18)
#define ROUNDS 15
#define RUNS (QUERIES / WINDOW)

struct prefix {
	uint32_t bits;
	uint8_t addr[16];
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(3);
}

static uint8_t *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	uint8_t *at = NULL;

	if (!f || fseek(f, 0, SEEK_END) || (*len = (size_t)ftell(f)) == 0)
		die(path);
	rewind(f);
	at = malloc(*len + 1);
	if (!at || fread(at, 1, *len, f) != *len)
		die(path);
	at[*len] = 0;
	fclose(f);
	return at;
}

static int values(const char *path)
{
	size_t len;
	const struct nb_params *p = (const void *)read_file(path, &len);

#define PARAM(name, text) printf("#define VALUE_" #name " %uu\n", p->name);
#include "bpf-templates/params.def"
#undef PARAM
	return 0;
}

static uint32_t rnd(void)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed * 0x2545f4914f6cdd1du >> 32);
}

static struct prefix *read_feed(const char *path, int v6, uint32_t *n)
{
	size_t len, room = 1;
	char *text = (char *)read_file(path, &len), *line, *rest;
	struct prefix *list;

	for (size_t i = 0; i < len; i++)
		room += text[i] == '\n';
	list = calloc(room, sizeof *list);
	if (!list)
		die("memory");
	for (*n = 0; (line = strtok_r(*n ? NULL : text, "\n", &rest)); ++*n) {
		char *slash = strchr(line, '/');

		if (slash)
			*slash++ = 0;
		list[*n].bits = slash ? (uint32_t)atoi(slash) : v6 ? 128 : 32;
		if (inet_pton(v6 ? AF_INET6 : AF_INET, line, list[*n].addr) != 1)
			die(line);
	}
	return list;
}

/* Every second one keeps the prefix of one in the feed; the others lose a bit of it, or
 * two: most are outside of the feed, but near to it. */
static void make_queries(uint8_t *out, const struct prefix *list, uint32_t n, int v6)
{
	uint32_t size = v6 ? 16 : 4;

	for (uint32_t i = 0; i < QUERIES; i++, out += size) {
		const struct prefix *p = &list[rnd() % n];

		for (uint32_t b = 0; b < size; b++) {
			uint32_t keep = p->bits <= 8 * b ? 0 : p->bits >= 8 * b + 8 ? 8 : p->bits - 8 * b;
			uint8_t mask = (uint8_t)(0xff00 >> keep);

			out[b] = (uint8_t)((p->addr[b] & mask) | (rnd() & (uint8_t)~mask));
		}
		if (i & 1)
			for (int k = 0; k < 2; k++) {
				uint32_t bit = v6 ? 20 + rnd() % 28 : 8 + rnd() % 16;

				out[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
			}
	}
}

static int make_map(const char *name, size_t len, uint32_t flags)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = flags);
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, name, 4, (uint32_t)len, 1, &opts);

	if (fd < 0)
		die(name);
	return fd;
}

static void fill_mapped(int fd, const uint8_t *bytes, size_t len)
{
	size_t whole = (len + 4095) & ~(size_t)4095;
	void *at = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		die("mmap");
	memcpy(at, bytes, len);
	munmap(at, whole);
	if (bpf_map_freeze(fd))
		die("freeze");
}

/* Memory of the programs, mapped: what they see is what is written. */
static void *memory_of(struct bpf_object *object, const char *name, size_t want)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);
	void *at = fd < 0 ? MAP_FAILED :
			    mmap(NULL, (want + 4095) & ~(size_t)4095, PROT_READ | PROT_WRITE,
				 MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		die(name);
	return at;
}

/* *hits: how many lookups of a whole round found something. */
static double per_lookup(struct bpf_object *object, const char *name, uint64_t *hits)
{
	uint64_t *sum = memory_of(object, ".bss.sum", sizeof *sum);
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	uint8_t packet[64] = { 0 };
	double best = 1e18;

	for (int i = 0; i < ROUNDS; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet,
			    .data_size_in = sizeof packet, .repeat = RUNS);

		*sum = 0;
		if (!program || bpf_prog_test_run_opts(bpf_program__fd(program), &opts))
			die(name);
		if ((double)opts.duration / WINDOW < best)
			best = (double)opts.duration / WINDOW;
	}
	*hits = *sum;
	return best;
}

static bool fill(struct bpf_object *object, const char *name, const struct prefix *list,
		 uint32_t n, bool whole)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);
	uint32_t one = 1;

	for (uint32_t i = 0; i < n; i++)
		if (bpf_map_update_elem(fd, whole ? (const void *)list[i].addr : &list[i], &one,
					BPF_ANY))
			return false;
	return true;
}

static int time_lookups(const char *path, int v6, const char *feed, const char *image)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	static const char *const maps[] = { ".bss.nb_net4", ".bss.nb_net6", ".bss.nb_paths" };
	size_t len;
	uint8_t *bytes = read_file(image, &len);
	uint32_t n;
	struct prefix *list = read_feed(feed, v6, &n);
	static const char *const runs[] = { "run_tables", "run_lpm", "run_hash" };
	double floor, ns[3];
	uint64_t hits[3];
	bool hashed;

	if (!object)
		die(path);
	for (int i = 0; i < 3; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, maps[i]);
		int fd;

		if (!map)
			continue;
		fd = make_map(maps[i], i == v6 ? len : 8, BPF_F_MMAPABLE);
		if (i == v6)
			fill_mapped(fd, bytes, len);
		bpf_map__reuse_fd(map, fd);
	}
	if (bpf_object__load(object))
		die("loading");
	make_queries(memory_of(object, ".bss.queries", QUERIES * (v6 ? 16u : 4u)), list, n, v6);
	if (!fill(object, "lpm", list, n, false))
		die("filling the trie");
	hashed = fill(object, "hash", list, n, true);
	floor = per_lookup(object, "run_nothing", &hits[0]);
	for (int i = 0; i < 3; i++)
		ns[i] = per_lookup(object, runs[i], &hits[i]) - floor;
	if (hits[0] != hits[1]) {
		fprintf(stderr, "the tables find %llu of %u, the trie %llu\n",
			(unsigned long long)hits[0], QUERIES, (unsigned long long)hits[1]);
		return 1;
	}
	printf("%.1f %.1f %.1f %.2f\n", ns[0], ns[1], hashed ? ns[2] : -1, (double)hits[0] / QUERIES);
	return 0;
}

static int time_fill(const char *path)
{
	size_t len;
	uint8_t *bytes = read_file(path, &len);
	double best[2] = { 1e9, 1e9 };
	uint32_t zero = 0;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t began = now_ns();
		int fd = make_map("mapped", len, BPF_F_MMAPABLE);

		fill_mapped(fd, bytes, len);
		if ((double)(now_ns() - began) < best[0])
			best[0] = (double)(now_ns() - began);
		close(fd);
		began = now_ns();
		fd = make_map("updated", len, BPF_F_RDONLY_PROG);
		if (bpf_map_update_elem(fd, &zero, bytes, BPF_ANY) || bpf_map_freeze(fd))
			die("update");
		if ((double)(now_ns() - began) < best[1])
			best[1] = (double)(now_ns() - began);
		close(fd);
	}
	printf("%.1f %.1f\n", best[0] / 1e6, best[1] / 1e6);
	return 0;
}

int main(int argc, char **argv)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MEMLOCK, &unlimited);
	if (argc == 3 && !strcmp(argv[1], "values"))
		return values(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "fill"))
		return time_fill(argv[2]);
	if (argc == 6 && !strcmp(argv[1], "time"))
		return time_lookups(argv[2], argv[3][0] == '6', argv[4], argv[5]);
	return 2;
}
