/* SPDX-License-Identifier: BSD-2-Clause */
/* Random path patterns of every shape, with the quotes; random.h says which. */
#pragma once
#include <stdio.h>
#include "tests/unit/random.h"

/* names of 7, 8 and 9 bytes: around a word's end */
static const char *const names[] = { "a", "b", "ab", "x.pem", "id_rsa", "sevenxx", "eightxxx",
				     "ninexxxxx", "b.key", "\xc3\xa9" };
static const char *const globs[] = { "*", "?", "*.pem", "id_*", "a*", "*a*", "?b", "*x*x",
				     "eight*", "b.*", "*.k?y", "[ab]", "[!a]*", "[a-ce]b",
				     "*[!a-m]", "{a,b}", "*.{pem,key}", "{a,{b,x}*}", "[*]" };

/* Into at, which has room for `room` bytes; returns how many. */
static size_t random_pattern(char *at, size_t room)
{
	uint32_t shape = rnd(9), parts = 1 + rnd(4);
	bool deep = false;
	size_t n = 0;

#define ADD(...) (n += (size_t)snprintf(at + n, room - n, __VA_ARGS__))
	if (shape == 0)
		ADD("tree ");
	ADD("\"");
	for (uint32_t i = rnd(4); i && shape < 7; i--)
		ADD("/%s", PICK(names));
	if (shape < 3) {
		ADD("/%s", PICK(names));
	} else if (shape < 5) {
		ADD("/%s", PICK(globs));
	} else if (shape == 5) {
		ADD("/**/%s", rnd(3) ? PICK(globs) : PICK(names));
	} else if (shape == 6) {
		ADD("/**");
	} else {
		n = 0;
		ADD(rnd(3) ? "\"" : "tree \"");
		for (uint32_t i = 0; i < parts; i++) {
			uint32_t part = rnd(8);

			if (part == 0 && !deep)
				ADD("/**");
			else
				ADD("/%s", part < 4 ? PICK(globs) : PICK(names));
			deep = part == 0 && !deep;
		}
	}
	ADD("\"");
#undef ADD
	return n;
}
