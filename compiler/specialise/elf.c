/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sections of DWARF keep their headers and names, with no bytes, so that no index
 * in the object has to change. Everything else is copied, packed, in order.
 */
#include "compiler/specialise/elf.h"
#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_dwarf(const char *name)
{
	return !strncmp(name, ".debug_", 7) || !strncmp(name, ".rel.debug_", 11);
}

/* What LLVM just made, but lengths are checked all the same. */
static const Elf64_Shdr *sections(const uint8_t *object, size_t len, size_t *n)
{
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)object;

	if (len < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) ||
	    head->e_shoff > len || head->e_shoff % 8 ||
	    (len - head->e_shoff) / sizeof(Elf64_Shdr) < head->e_shnum ||
	    head->e_shstrndx >= head->e_shnum)
		return NULL;
	*n = head->e_shnum;
	return (const Elf64_Shdr *)(object + head->e_shoff);
}

static bool inside(const Elf64_Shdr *s, size_t len)
{
	return s->sh_type == SHT_NOBITS ||
	       (s->sh_offset <= len && s->sh_size <= len - s->sh_offset);
}

static size_t aligned(size_t off, size_t to)
{
	return to > 1 ? (off + to - 1) / to * to : off;
}

int elf_strip_dwarf(uint8_t **object, size_t *len, struct error *err)
{
	size_t n, off = sizeof(Elf64_Ehdr);
	const Elf64_Shdr *from = sections(*object, *len, &n), *names;
	Elf64_Shdr *to;
	uint8_t *out;

	if (!from)
		return error_set(err, EXIT_SYSTEM, "libLLVM made something that is no ELF object");
	names = &from[((const Elf64_Ehdr *)*object)->e_shstrndx];
	out = calloc(1, *len + n * 16 + sizeof(*from) * n);
	if (!out)
		return error_set(err, EXIT_SYSTEM, "out of memory");
	memcpy(out, *object, sizeof(Elf64_Ehdr));
	to = calloc(n, sizeof(*to));
	for (size_t i = 0; to && i < n; i++) {
		to[i] = from[i];
		if (!inside(&from[i], *len) || !inside(names, *len) ||
		    from[i].sh_name >= names->sh_size || from[i].sh_addralign > 16) {
			free(to);
			to = NULL;
			break;
		}
		if (is_dwarf((const char *)*object + names->sh_offset + from[i].sh_name))
			to[i].sh_size = 0;
		off = aligned(off, from[i].sh_addralign);
		to[i].sh_offset = i ? off : 0;
		if (i && from[i].sh_type != SHT_NOBITS) {
			memcpy(out + off, *object + from[i].sh_offset, to[i].sh_size);
			off += to[i].sh_size;
		}
	}
	if (!to) {
		free(out);
		return error_set(err, EXIT_SYSTEM, "libLLVM made an object with odd sections");
	}
	off = aligned(off, 8);
	((Elf64_Ehdr *)out)->e_shoff = off;
	memcpy(out + off, to, n * sizeof(*to));
	free(to);
	free(*object);
	*object = out;
	*len = off + n * sizeof(*to);
	return 0;
}
