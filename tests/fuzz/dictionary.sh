#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# dictionary.sh   policy.dict has every word that the language has: keywords,
# operations, fields of the policy block and protocols, from their tables
set -u
top=${abs_top_srcdir:?}
failed=0

for word in \
	$(sed -n '/^static const struct keyword/,/^};/p' "$top/grammar/scan.l" | grep -o '{ "[a-z]*"' | tr -d '{" ') \
	$(sed -n 's/^OP([A-Z]*, *"\([a-z]*\)".*/\1/p' "$top/bpf-templates/ops.def") \
	$(sed -n 's/^WORDS("\([a-z]*\)".*/\1/p' "$top/bpf-templates/op_words.def") \
	$(sed -n 's/^FIELD(\([a-z]*\),.*/\1/p' "$top/compiler/check/fields.def") \
	$(sed -n 's/^PROTOCOL(\([a-z0-9]*\),.*/\1/p' "$top/compiler/check/protocols.def"); do
	n=$((${n-0} + 1))
	grep -qx "\"$word\"" "$top/tests/fuzz/policy.dict" || {
		echo "FAIL: policy.dict lacks \"$word\""
		failed=1
	}
done
[ "${n-0}" -ge 40 ] || { echo "FAIL: only ${n-0} words found in the tables"; failed=1; }
exit $failed
