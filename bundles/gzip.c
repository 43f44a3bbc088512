/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of addresses have few different characters, and little in them comes again that is
 * worth looking for: Huffman's codes alone make them as small as a search does, in half
 * the time.
 */
#include "bundles/gzip.h"

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

/* For so many bytes; false: it cannot. */
static bool begin(z_stream *z, size_t len)
{
	memset(z, 0, sizeof *z);
	return len <= UINT32_MAX / 2 &&
	       deflateInit2(z, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16 /* gzip */,
			    MAX_MEM_LEVEL, Z_HUFFMAN_ONLY) == Z_OK;
}

size_t gzip_room(size_t len)
{
	z_stream z;
	size_t room;

	if (!begin(&z, len))
		return 0;
	room = deflateBound(&z, len);
	deflateEnd(&z);
	return room;
}

size_t gzip_write(const uint8_t *at, size_t len, uint8_t *out, size_t room)
{
	z_stream z;
	size_t n;

	if (room > UINT32_MAX || !begin(&z, len))
		return 0;
	z.next_in = (Bytef *)(uintptr_t)at;
	z.avail_in = (uInt)len;
	z.next_out = out;
	z.avail_out = (uInt)room;
	n = deflate(&z, Z_FINISH) == Z_STREAM_END ? z.total_out : 0;
	deflateEnd(&z);
	return n;
}
