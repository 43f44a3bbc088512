#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# generate.sh TEMPLATE   the tables of the sources, put into editors/*.in; printed.
# $CC expands the X-macros, so that their layout does not matter.
set -eu
LC_ALL=C
export LC_ALL
top=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

table() { # table FILE DEFINITION: one entry a line, its words bare
	printf '#define %s @\n#include "%s"\n' "$2" "$1" >"$tmp/table.c"
	${CC:-cc} -E -P -I"$top" "$tmp/table.c" >"$tmp/table.i"
	tr '\n' ' ' <"$tmp/table.i" | tr @ '\n' |
		sed -e "s/[\"']//g" -e 's/^ *//' -e 's/ *$//' -e '/^$/d' >"$tmp/table"
	[ -s "$tmp/table" ] || { echo "generate.sh: $1 is empty" >&2; exit 1; }
	cat "$tmp/table"
}
line() { tr '\n' ' ' | sed 's/ $//'; }
either() { sed ':a
N
$!ba
s/\n/ | /g'; }

table compiler/driver/commands.def 'COMMAND(n, f, u, l, t) n l' >"$tmp/commands"
table compiler/driver/options.def 'OPTION(n, l, v, b, t) n l b v' >"$tmp/options"
table compiler/base/diag.def 'DIAG(n, name, s, t) s n name' |
	awk '{ gsub("_", "-", $3); printf "%s NB%04d %s\n", $1, $2, $3 }' >"$tmp/diags"
table bpf-templates/ops.def 'OP(n, word, kind) word' >"$tmp/op"
table bpf-templates/op_words.def 'WORDS(word, kind, m) word' >"$tmp/op_words"
sort -u "$tmp/op" "$tmp/op_words" >"$tmp/operations"
table compiler/check/fields.def 'FIELD(word, form, r) word' >"$tmp/fields"
table compiler/check/protocols.def 'PROTOCOL(name, n, p) name' >"$tmp/protocols"
# The scanner's table is no X-macro, but a list of { "deny", DENY }
grep -o '{ *"[a-z-]*", *[A-Z_]* *}' "$top/grammar/scan.l" | tr -d '{}",' >"$tmp/words"
[ -s "$tmp/words" ]

awk '$3 == "true" { print "-" $2 } { print ($1 ~ /^[A-Z]/ ? "-" : "--") $1 }' "$tmp/options" >"$tmp/forms"
value_options() { # value_options PATTERN: the forms of options whose value is so named
	awk -v want="$1" '$4 != "((void *)0)" && $4 != "NULL" && $4 ~ want {
		if ($3 == "true") print "-" $2
		print ($1 ~ /^[A-Z]/ ? "-" : "--") $1 }' "$tmp/options" | either
}
command_options() {
	while read -r name letters; do
		printf '\t%s) echo "' "$name"
		awk -v letters="${letters}hV" 'index(letters, $2) { printf "%s%s%s", n++ ? " " : "", $1 ~ /^[A-Z]/ ? "-" : "--", $1 }' \
			"$tmp/options"
		printf '" ;;\n'
	done <"$tmp/commands"
}
command_options >"$tmp/command_options"

sed -e "/@COMMAND_OPTIONS@/{r $tmp/command_options" -e 'd;}' \
	-e "s/@COMMANDS@/$(cut -d' ' -f1 "$tmp/commands" | line)/" \
	-e "s/@OPERATIONS@/$(sort -u "$tmp/op" | line)/" \
	-e "s/@OPERATION_WORDS@/$(line <"$tmp/operations")/" \
	-e "s/@WARNINGS@/$(awk '$1 == "WARNING" { print $3 }' "$tmp/diags" | line)/" \
	-e "s/@DIAGNOSTICS@/$(awk '{ print $2, $3 }' "$tmp/diags" | line)/" \
	-e "s/@VALUE_OPTIONS@/$(value_options .)/" \
	-e "s/@FILE_OPTIONS@/$(value_options '^(FILE|BUNDLE|PATH)$')/" \
	-e "s/@OTHER_OPTIONS@/$(value_options '^NUMBERS?$')/" \
	-e "s/@KEYWORDS@/$(awk '{ print $1 }' "$tmp/words" | line)/" \
	-e "s/@FIELDS@/$(line <"$tmp/fields")/" \
	-e "s/@PROTOCOLS@/$(line <"$tmp/protocols")/" "$1" >"$tmp/result"
if grep -n '@[A-Z_]*@' "$tmp/result" >&2; then exit 1; fi
cat "$tmp/result"
