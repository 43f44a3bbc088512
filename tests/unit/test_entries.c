/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What rows, defaults and parameters of an image say of network rules: any that says
 * something else than the policy must not pass the check of images.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "compiler/assure/net_check.h"
#include "tests/unit/image_fixture.h"

static const char many_sorts[] =
	"policy sorts { seq 1 kernel >= 6.1 }\n"
	"subject a = uid 1 and exe \"/a\"\nsubject b = uid 2\n"
	"deny connect, send to { 10.0.0.0/8, fd00::/8 } port tcp/1-9, udp for a\n"
	"deny bind, listen to { 10.0.0.1, fd00::1 } port 7-8 for b\n"
	"deny listen on port tcp/80 for a\n"
	"deny accept from 10.1.0.0/16 except established for b\n"
	"audit receive from 10.0.0.9 for a\n"
	"deny socket on packet, inet/raw for b\n"
	"scope a {\ndefault deny connect, bind\nallow connect to fd00::/16 port tcp/443\n"
	"allow bind to { 0.0.0.0/0, ::/0 } port tcp/8080\n}\n";

static struct image compile_sorts(struct arena **arena)
{
	static struct text text;
	struct compiled c;

	text.n = 0;
	put(&text, "%s", many_sorts);
	compile(&text, &c);
	*arena = c.arena;
	return *c.image;
}

/* Each bit of cells, entries and defaults, but for who a default is about. */
static void entries_that_say_something_else_do_not_pass(void **state)
{
	struct arena *arena;
	struct image image;
	const struct nb_params *p = &image.params;
	const struct {
		uint32_t *off, *n;
		size_t size, may_pass; /* a byte of each that may be anything */
	} tables[] = {
		{ &image.params.cells_off, &image.params.cells, sizeof(struct nb_cell), SIZE_MAX },
		{ &image.params.entries_off, &image.params.entries, sizeof(struct nb_entry),
		  SIZE_MAX },
		{ &image.params.defaults_off, &image.params.defaults,
		  sizeof(struct nb_default), offsetof(struct nb_default, subject) },
	};
	uint8_t *rows;

	(void)state;
	image = compile_sorts(&arena);
	rows = memcpy(malloc(image.maps[NB_IMAGE_ROWS].len), image.maps[NB_IMAGE_ROWS].at,
		      image.maps[NB_IMAGE_ROWS].len);
	image.maps[NB_IMAGE_ROWS].at = rows;
	assert_null(net_check(&image));
	assert_true(p->label_dims && p->defaults && p->sockets_class && p->any4_class);
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (size_t i = 0; i < *tables[t].n * tables[t].size * 8; i++) {
			size_t at = i / 8 % tables[t].size;

			/* class 0 has one cell, which nothing asks for here */
			if (at - tables[t].may_pass < 2 || (!t && i / 8 < tables[t].size))
				continue;
			rows[*tables[t].off + i / 8] ^= (uint8_t)(1 << i % 8);
			if (!net_check(&image))
				fail_msg("table %zu, number %zu, byte %zu, bit %zu passes", t,
					 i / 8 / tables[t].size, at, i % 8);
			rows[*tables[t].off + i / 8] ^= (uint8_t)(1 << i % 8);
		}
	assert_null(net_check(&image));
	free(rows);
	arena_free(arena);
}

static void parameters_that_hide_rules_do_not_pass(void **state)
{
	struct arena *arena;
	struct image image;
	struct nb_params *p = &image.params, good;
	const struct {
		uint32_t *at, and, or;
	} changes[] = {
		{ &p->net_ops, ~(1u << NB_OP_RECEIVE), 0 },
		{ &p->net_denied, ~(1u << NB_OP_SEND), 0 },
		{ &p->net_defaults, ~(1u << NB_OP_BIND), 0 },
		{ &p->net_enforce, 0, 0 },
		{ &p->net_spares, 0, 2 },
		{ &p->any4_class, 0, 0 },
		{ &p->any6_class, 0, 0 },
		{ &p->sockets_class, 0, 0 },
		{ &p->label_low, 0, 0 },
		{ &p->label_dims, 0, 1u << NB_DIM_UID },
		{ &p->row_max, 0, 0 },
		{ &p->hull4_more, 0, 4 },
		{ &p->hull6_first, 0, 0xffff0000 },
		{ &p->hull_keys, 0, 9 },
		{ &p->defaults, 0, 0 },
		{ &p->cell_steps, 0, 0 },
	};

	(void)state;
	image = compile_sorts(&arena);
	good = *p;
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		*changes[i].at = (*changes[i].at & changes[i].and) | changes[i].or;
		if (!net_check(&image))
			fail_msg("change %zu passes", i);
		*p = good;
	}
	assert_null(net_check(&image));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_that_say_something_else_do_not_pass),
		cmocka_unit_test(parameters_that_hide_rules_do_not_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
