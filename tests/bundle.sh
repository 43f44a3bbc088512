#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A bundle in the hands of other programs: minisign verifies our signatures and we
# verify its; tar and sha256sum read what we write. Exit 77: no minisign here.
set -eu

driver=$(realpath "${BUNDLE_DRIVER:-tests/bundle_driver}")
command -v minisign >/dev/null || { echo "skipped: minisign is not installed"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() { echo "FAIL: $*" >&2; exit 1; }
# same WHAT SEEN EXPECTED
same() { [ "$2" = "$3" ] || fail "$1: expected '$3', saw '$2'"; }
# exits WHAT CODE COMMAND...
exits() {
	what=$1 code=$2 seen=0
	shift 2
	"$@" >out 2>err || seen=$?
	[ "$seen" = "$code" ] || fail "$what: exit code $seen, expected $code: $(cat out err)"
}

# A key of minisign signs in our code, and tar, minisign, sha256sum are content.
minisign -G -W -p mini.pub -s mini.key >/dev/null
"$driver" make b.tar mini.key
id=$("$driver" verify b.tar mini.pub)
number=$(sed -n 's/.*public key //p' mini.pub | tr A-F a-f)
same "key id" "$id" "$(printf %16s "$number" | tr ' ' 0)"
same "tar tf" "$(tar tf b.tar | tr '\n' ' ')" \
	"MANIFEST SIGS/$id.minisig bpf/netbpf-6.12.bpf.o maps/rows.img meta/policy.nbp "
same "modes and owners" "$(tar tvf b.tar --numeric-owner | cut -c1-14 | sort -u)" "-rw-r--r-- 0/0"
mkdir unpacked
tar xf b.tar -C unpacked
(
	cd unpacked
	minisign -q -Vm MANIFEST -p ../mini.pub -x "SIGS/$id.minisig"
	sha256sum --strict --quiet -c MANIFEST
)
same "trusted comment" "$(minisign -Q -Vm unpacked/MANIFEST -p mini.pub \
	-x "unpacked/SIGS/$id.minisig")" "netbpf manifest web seq 7"

# What minisign signs by hand is what we write, to the byte.
minisign -S -s mini.key -m unpacked/MANIFEST -x by-hand -c 'netbpf bundle' \
	-t 'netbpf manifest web seq 7' >/dev/null
cmp by-hand "unpacked/SIGS/$id.minisig" || fail "minisign writes another signature"

# Our keys in minisign: it signs with them, verifies with them, derives the same.
"$driver" keygen our.key our.pub
echo text >text
minisign -S -s our.key -m text -x text.sig >/dev/null
minisign -q -Vm text -p our.pub -x text.sig
minisign -R -s our.key -p again.pub >/dev/null
same "public key" "$(tail -n 1 again.pub)" "$(tail -n 1 our.pub)"

# A second signature beside the first; both hold.
cp b.tar two.tar
"$driver" sign two.tar our.key
second=$("$driver" verify two.tar our.pub)
same "first signer" "$("$driver" verify two.tar mini.pub)" "$id"
mkdir twice
tar xf two.tar -C twice
minisign -q -Vm twice/MANIFEST -p our.pub -x "twice/SIGS/$second.minisig"
minisign -q -Vm twice/MANIFEST -p mini.pub -x "twice/SIGS/$id.minisig"

# Place, zone, locale and umask change nothing; a pipe is as good as a file.
mkdir elsewhere
(cd elsewhere && umask 077 && TZ=Asia/Kolkata LC_ALL=C.UTF-8 "$driver" make b.tar ../mini.key)
cmp b.tar elsewhere/b.tar || fail "not reproducible"
same "from a pipe" "$(cat b.tar | "$driver" verify - mini.pub)" "$id"

# Refusals.
exits "unknown key" 4 "$driver" verify b.tar our.pub
cp b.tar bad.tar
printf X | dd of=bad.tar bs=1 seek=600 conv=notrunc 2>/dev/null
exits "altered" 4 "$driver" verify bad.tar mini.pub
head -c 4000 b.tar >bad.tar
exits "cut" 4 "$driver" verify bad.tar mini.pub
cat b.tar b.tar >bad.tar
exits "extended" 4 "$driver" verify bad.tar mini.pub
exits "empty" 4 "$driver" verify /dev/null mini.pub
exits "missing" 3 "$driver" verify none.tar mini.pub
exits "repacked" 4 sh -c "tar cf - -C unpacked MANIFEST SIGS bpf maps meta |
	'$driver' verify - mini.pub"
exits "keys are not overwritten" 3 "$driver" keygen our.key our2.pub
[ ! -e our2.pub ] || fail "a failed keygen left its public key behind"
exits "no folder" 3 "$driver" make none/b.tar mini.key
exits "not a key" 3 "$driver" make c.tar text
[ ! -e c.tar ] || fail "a failed make left a file behind"
[ -z "$(find . -name '.netbpf-*')" ] || fail "a temporary file was left behind"
echo "bundle.sh: all passed"
