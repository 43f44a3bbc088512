/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/lower/bytes.h"

uint32_t bytes_section(struct byte_list *list, const void *at, size_t n, size_t size)
{
	size_t off = (list->bytes.n + 7) & ~(size_t)7, end = off + n * size;

	if (end > list->bytes.cap)
		list->bytes.at = arena_grow(list->arena, list->bytes.at, list->bytes.n,
					    &list->bytes.cap, end, 1);
	memset(list->bytes.at + list->bytes.n, 0, off - list->bytes.n);
	if (n)
		memcpy(list->bytes.at + off, at, n * size);
	list->bytes.n = end;
	return (uint32_t)off;
}

struct blob bytes_blob(const struct byte_list *list)
{
	return (struct blob){ list->bytes.at, list->bytes.n };
}
