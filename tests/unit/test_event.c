/* SPDX-License-Identifier: BSD-2-Clause */
/* What netbpf-load prints of an event: escaping of every byte, rule, object, peer,
 * and the path put together from components. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "runtime/escape.h"
#include "runtime/event_text.h"
#include "runtime/hooks.h"

/* ---- escaping ---- */

static char *escaped(bool (*json)(FILE *, const char *, size_t),
		     void (*text)(FILE *, const char *, size_t), const char *bytes,
		     size_t len)
{
	char *out = NULL;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	if (json)
		json(file, bytes, len);
	else
		text(file, bytes, len);
	fclose(file);
	return out;
}

static void assert_text(const char *bytes, const char *want)
{
	char *got = escaped(NULL, escape_text, bytes, strlen(bytes));

	assert_string_equal(got, want);
	free(got);
}

static void assert_json(const char *bytes, const char *want)
{
	char *got = escaped(escape_json, NULL, bytes, strlen(bytes));

	assert_string_equal(got, want);
	free(got);
}

static void escapes(void **state)
{
	(void)state;
	assert_text("/etc/shadow", "\"/etc/shadow\"");
	assert_text("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_text("a\x1b[2J\n\r\t\x7f", "\"a\\x1b[2J\\x0a\\x0d\\x09\\x7f\"");
	assert_text("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9d",
		    "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x9d\"");
	assert_text("\xe9", "\"\\xe9\"");
	assert_text("\xc0\xaf", "\"\\xc0\\xaf\"");		     /* overlong */
	assert_text("\xed\xa0\x80", "\"\\xed\\xa0\\x80\"");	     /* surrogate */
	assert_text("\xf4\x90\x80\x80", "\"\\xf4\\x90\\x80\\x80\""); /* beyond U+10FFFF */
	assert_text("\xe2\x82", "\"\\xe2\\x82\"");		     /* cut off */
	assert_text("\xc2\x9b", "\"\\xc2\\x9b\"");		     /* C1: another CSI */
	assert_text("\xe2\x80\xae", "\"\\xe2\\x80\\xae\""); /* right-to-left override */
	assert_text("\xc2\xad", "\"\\xc2\\xad\""); /* soft hyphen: shows as nothing */
	assert_json("a\"b\\c\n", "\"a\\\"b\\\\c\\u000a\"");
	assert_json("caf\xc3\xa9", "\"caf\xc3\xa9\"");
	assert_json("caf\xe9", "\"caf\\u00e9\"");
	assert_json("\xc3\xa9\xff", "\"\\u00c3\\u00a9\\u00ff\"");
	assert_json("\xe2\x80\xae", "\"\\u202e\"");
	assert_json("\xf3\xa0\x81\x81", "\"\\udb40\\udc41\""); /* a tag character */
}

/* Each of the 256 bytes, alone: printable ASCII or an escape, and nothing else. */
static void escapes_every_byte(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char c = (char)byte, want[16], *got = escaped(escape_json, NULL, &c, 1);

		if (c == '"' || c == '\\')
			snprintf(want, sizeof want, "\"\\%c\"", c);
		else if (byte >= 0x20 && byte < 0x7f)
			snprintf(want, sizeof want, "\"%c\"", c);
		else
			snprintf(want, sizeof want, "\"\\u%04x\"", byte);
		assert_string_equal(got, want);
		free(got);
		got = escaped(NULL, escape_lines, &c, 1);
		if ((byte >= 0x20 && byte < 0x7f) || c == '\n' || c == '\t')
			snprintf(want, sizeof want, "%c", c);
		else
			snprintf(want, sizeof want, "\\x%02x", byte);
		assert_string_equal(got, want);
		free(got);
	}
}

static const char meta_text[] =
	"netbpf-meta 1\n"
	"policy\tweb\nseq\t18446744073709551615\nmode\tenforce\n"
	"rule\t1\tsecrets-stay\tweb.nbp\t14\tdeny read on \"/etc/shadow\"\n"
	"rule\t3\t-\tnet.nbp\t2\taudit connect to anywhere\n";

static const char mount_text[] =
	"26 1 8:2 / / rw,relatime - ext4 /dev/sda2 rw\n"
	"31 26 0:40 / /my\\040place\\134x rw shared:7 master:2 - tmpfs none rw\n";

static void mounts_of(struct mounts *out)
{
	struct error err;

	assert_int_equal(mounts_parse(mount_text, sizeof mount_text - 1, out, &err), 0);
}

/* ---- events ---- */

static char *printed(void (*print)(const struct event_facts *, FILE *),
		     const struct event_facts *facts)
{
	char *out = NULL;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	print(facts, file);
	fclose(file);
	return out;
}

static void prints_file_event(void **state)
{
	static struct nb_event event = {.rule = 1,
					.pid = 8,
					.tid = 9,
					.uid = 33,
					.op = NB_OP_READ,
					.hook = NB_HOOK_FILE_OPEN,
					.verdict = NB_DENY,
					.comm = "evil\n\x1b[2J",
					.cgroup = 5};
	static struct event_facts facts = {.event = &event,
					   .generation = "gen-x",
					   .program = 77,
					   .time_ns = 1700000000123456789,
					   .object = "/etc/sh\xff",
					   .exe = "/bin/cat",
					   .cgroup = "/a b"};
	struct meta meta;
	struct error err;
	char *out;

	(void)state;
	assert_int_equal(meta_parse(meta_text, sizeof meta_text - 1, &meta, &err), 0);
	facts.meta = &meta;
	out = printed(event_print_text, &facts);
	assert_string_equal(
		out,
		"2023-11-14T22:13:20.123Z DENY read \"/etc/sh\\xff\" rule=secrets-stay web.nbp:14 "
		"pid=8 tid=9 uid=33 comm=\"evil\\x0a\\x1b[2J\" exe=\"/bin/cat\" cgroup=\"/a b\" "
		"hook=nb_file_open program=77\n");
	free(out);
	out = printed(event_print_json, &facts);
	assert_string_equal(
		out,
		"{\"schema\":\"netbpf.event/1\",\"time\":\"2023-11-14T22:13:20.123Z\",\"boot_ns\":0,"
		"\"verdict\":\"deny\",\"op\":\"read\",\"path\":\"/etc/sh\\u00ff\","
		"\"path_bytes\":true,\"policy\":\"web\",\"seq\":18446744073709551615,\"rule\":1,"
		"\"rule_name\":\"secrets-stay\",\"source\":\"web.nbp\",\"line\":14,"
		"\"text\":\"deny read on \\\"/etc/shadow\\\"\",\"reason\":\"rule\",\"pid\":8,"
		"\"tid\":9,\"uid\":33,\"comm\":\"evil\\u000a\\u001b[2J\",\"exe\":\"/bin/cat\","
		"\"cgroup\":\"/a b\",\"cgroup_id\":5,\"hook\":\"nb_file_open\",\"program\":77,"
		"\"generation\":\"gen-x\"}\n");
	free(out);
	event.rule = 0;
	event.reason = NB_REASON_DISCONNECTED;
	event.verdict = 99; /* of a newer program: still printed */
	event.op = 99;
	event.hook = 99;
	out = printed(event_print_text, &facts);
	assert_non_null(strstr(out, "Z ? ? \"/etc/sh"));
	assert_non_null(strstr(out, "reason=\"opened by handle"));
	assert_null(strstr(out, "rule="));
	free(out);
	meta_free(&meta);
}

static void prints_peers(void **state)
{
	static struct nb_event event = {.op = NB_OP_CONNECT,
					.verdict = NB_WOULD_DENY,
					.rule = 9,
					.port = 80,
					.family = 4,
					.protocol = 6,
					.addr = {169, 254, 169, 254}};
	static struct event_facts facts = {.event = &event, .generation = "g"};
	struct meta meta = {0};
	char *out;

	(void)state;
	facts.meta = &meta;
	out = printed(event_print_text, &facts);
	assert_non_null(
		strstr(out, "WOULD-DENY connect [169.254.169.254]:80/tcp rule=9 pid="));
	free(out);
	event.family = 6;
	event.protocol = 99;
	memset(event.addr, 0, sizeof event.addr);
	event.addr[15] = 1;
	out = printed(event_print_json, &facts);
	assert_non_null(
		strstr(out, "\"peer\":\"[::1]:80/99\",\"address\":\"::1\",\"port\":80"));
	free(out);
}

static void prints_kinds_of_sockets(void **state)
{
	static struct nb_event event = {.op = NB_OP_SOCKET,
					.verdict = NB_DENY,
					.rule = 9,
					.port = 17,
					.protocol = 3};
	static struct event_facts facts = {.event = &event, .generation = "g"};
	struct meta meta = {0};
	char *out;

	(void)state;
	facts.meta = &meta;
	out = printed(event_print_text, &facts);
	assert_non_null(strstr(out, "DENY socket packet/raw rule=9 pid="));
	free(out);
	event.port = 99;
	event.protocol = 200;
	out = printed(event_print_json, &facts);
	assert_non_null(strstr(out, "\"op\":\"socket\",\"socket\":\"99/200\""));
	free(out);
}

static void joins_paths(void **state)
{
	static char out[EVENT_NAME], big[NB_EVENT_PATH];
	struct mounts m;

	(void)state;
	mounts_of(&m);
	event_path(&m, 8 << 20 | 2, "shadow\0etc", 11, out);
	assert_string_equal(out, "/etc/shadow");
	event_path(&m, 40, "f\0d\0", 4, out);
	assert_string_equal(out, "/my place\\x/d/f");
	event_path(&m, 40, "", 0, out);
	assert_string_equal(out, "/my place\\x");
	event_path(&m, 40, "unended", 7, out);
	assert_string_equal(out, "/my place\\x/unended");
	event_path(&m, 7 << 20 | 1, "f\0", 2, out);
	assert_string_equal(out, "[7:1]/f");
	memset(big, 'x', sizeof big);
	event_path(&m, 40, big, UINT16_MAX, out); /* a length beyond the record */
	assert_memory_equal(out, ".../xx", 6);
	assert_int_equal(strlen(out), 4 + NB_EVENT_PATH);
	memset(big, 0, sizeof big); /* nothing but empty components */
	event_path(&m, 40, big, sizeof big, out);
	assert_int_equal(out[0], '.');
	mounts_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),	     cmocka_unit_test(escapes_every_byte),
		cmocka_unit_test(prints_file_event), cmocka_unit_test(prints_peers),
		cmocka_unit_test(prints_kinds_of_sockets),
		cmocka_unit_test(joins_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
