#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What netbpf-load refuses, with which exit code, and that nothing of a refused bundle
# reaches the kernel. Needs no rights: refusals come before the question of rights.
set -u
. "$(dirname "$0")/netbpfc.sh"
load=${NETBPF_LOAD:-netbpf-load}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 3
passed=0 failed=0

want() { # want CODE TEXT ARG...: exit code, and that one paragraph said why
	code=$1 text=$2
	shift 2
	"$load" "$@" >out 2>err </dev/null
	got=$?
	if [ $got = "$code" ] && { [ "$code" = 0 ] || [ -s err ]; } && ! grep -q '[^[:print:][:space:]]' err; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $text: exit $got, wanted $code: $(head -c 300 err)"
	fi
}

printf 'policy loads { seq 3 expires 2020-01-01 }\ndeny connect to 127.0.0.2\n' >old.nbp
printf 'policy loads { seq 3 }\ndeny connect to 127.0.0.2\n' >p.nbp
"$netbpfc" keygen --key ci.key --pub ci.pub >/dev/null && "$netbpfc" keygen --key x.key --pub x.pub >/dev/null &&
	"$netbpfc" p.nbp -o good.tar --key ci.key >/dev/null && "$netbpfc" old.nbp -o old.tar --key ci.key >/dev/null &&
	"$netbpfc" p.nbp -o unsigned.tar >/dev/null 2>&1 || { echo "FAIL: cannot make bundles"; exit 1; }

want 0 "a good bundle" verify good.tar --pub ci.pub
want 4 "another key" verify good.tar --pub x.pub
want 0 "an expired one, which may still be looked at" verify old.tar --pub ci.pub
want 4 "an expired one" install old.tar --pub ci.pub
want 4 "no signature" verify unsigned.tar --pub ci.pub
size=$(stat -c %s good.tar)
for n in 0 1 511 512 1024 $((size / 2)) $((size - 1024)) $((size - 512)) $((size - 1)); do
	head -c "$n" good.tar >bad.tar
	want 4 "the first $n bytes" verify bad.tar --pub ci.pub
	want 4 "the first $n bytes" install bad.tar --pub ci.pub
done
cat good.tar good.tar >bad.tar
want 4 "two bundles in one file" verify bad.tar --pub ci.pub
{ cat good.tar; echo; } >bad.tar
want 4 "a byte after the end" install bad.tar --pub ci.pub
at=7
while [ $at -lt "$size" ]; do # one byte changed, all over the file
	cp good.tar bad.tar
	byte=$(od -An -tu1 -j$at -N1 good.tar)
	printf "\\$(printf %o $(((byte + 1) % 256)))" | dd of=bad.tar bs=1 seek=$at conv=notrunc 2>/dev/null
	want 4 "byte $at changed" install bad.tar --pub ci.pub
	at=$((at + size / 60))
done
tar -tRf good.tar >list && while read -r _ block name; do # the first byte of each entry
	at=$(((${block%:} + 1) * 512))
	cp good.tar bad.tar
	printf '\377' | dd of=bad.tar bs=1 seek=$at conv=notrunc 2>/dev/null
	want 4 "the first byte of $name changed" install bad.tar --pub ci.pub
done <list
[ "$(grep -c 'maps/.*\.img' list)" -ge 3 ] || { failed=$((failed + 1)); echo "FAIL: the bundle has no images to change"; }
want 4 "not a bundle" verify p.nbp --pub ci.pub
want 3 "no such file" verify none.tar --pub ci.pub
want 3 "a directory" verify . --pub ci.pub
want 3 "no key file" verify good.tar --pub none.pub
want 3 "a key file that is none" verify good.tar --pub p.nbp
want 2 "no bundle" verify --pub ci.pub
want 2 "an unknown option" verify good.tar --pub ci.pub --force
want 2 "an unknown command" load good.tar
want 2 "nothing"
want 0 "help" --help
"$load" verify - --pub ci.pub <good.tar >out 2>&1 && passed=$((passed + 1)) || { failed=$((failed + 1)); echo "FAIL: from a pipe"; }

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	calls() { # calls FILE PATTERN TEXT: bpf(2) of installing it has none but those
		strace -f -o calls -e trace=bpf "$load" install "$1" --pub ci.pub >/dev/null 2>&1
		grep 'bpf(' calls | grep -v "$2" && { failed=$((failed + 1)); echo "FAIL: $3"; } || passed=$((passed + 1))
	}
	calls unsigned.tar '^$' "a bundle without a signature led to bpf(2)"
	printf X | dd of=bad.tar bs=1 seek=$((size - 2000)) conv=notrunc 2>/dev/null
	calls bad.tar 'SOCKET_FILTER\|BPF_MAP_CREATE\|BPF_MAP_FREEZE\|BPF_OBJ_GET_INFO' "a refused bundle led to more than maps of its signed sizes"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
