/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refuses, before a text is read and also in comments, what people would not see
 * or see as something else: control characters, direction marks, broken UTF-8. One
 * report: a file with such a byte is most often no policy at all.
 */
#include "compiler/base/text.h"

#include "compiler/base/utf8.h"

static void report_control(uint32_t code, struct span span, struct diags *d)
{
	diag_report(d, span, DIAG_bad_byte, "the character U+%04X is not allowed", code);
	if (code == '\r')
		diag_help(d, "lines end with a line feed alone; "
			     "'dos2unix' or 'sed s/\\r//' converts the file");
	else if (code == 0xfeff)
		diag_help(d, "save the file as UTF-8 without a byte order mark");
	else if (code >= 0x80)
		diag_help(d, "it changes how the text looks; remove it");
	else
		diag_help(d, "a policy is a text file; is this the right file?");
}

/* Whether all of a stretch is what texts are full of; written so that compilers compare
 * many bytes at once. */
enum { STRETCH = 64 };
static bool is_plain(const char *at)
{
	unsigned char odd = 0;

	for (int i = 0; i < STRETCH; i++) {
		unsigned char c = (unsigned char)at[i];

		odd |= (unsigned char)(c - ' ') > '~' - ' ' && c != '\n' && c != '\t';
	}
	return !odd;
}

bool text_accepts(const struct source *s, uint32_t source, enum text_lines lines,
		  struct diags *d)
{
	for (size_t at = 0; at < s->len;) {
		struct span span = {source, (uint32_t)at, (uint32_t)at + 1};
		unsigned char c = (unsigned char)s->text[at];
		uint32_t code;
		size_t n = 1;

		if (s->len - at >= STRETCH && is_plain(s->text + at)) {
			at += STRETCH;
			continue;
		}
		if ((c >= ' ' && c < 0x7f) || c == '\n' || c == '\t') {
			at++;
			continue;
		}
		if (lines == TEXT_LF_OR_CRLF && c == '\r' && s->text[at + 1] == '\n') {
			at += 2;
			continue;
		}
		n = utf8_decode(s->text + at, s->len - at, &code);
		if (!n) {
			diag_report(d, span, DIAG_bad_encoding,
				    "the byte 0x%02X is not UTF-8 here", c);
			diag_help(d, "policies are UTF-8 text; is this the right file?");
			return false;
		}
		span.end = (uint32_t)(at + n);
		if (utf8_is_control(code)) {
			report_control(code, span, d);
			return false;
		}
		at += n;
	}
	return true;
}
