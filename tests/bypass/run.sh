#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD [--write]   every technique of techniques.def on every kernel
#
# Each is tried as root and as uid 1000, without the rule, when it must work, and with
# it. Fails when one stays open that docs/limits.md does not speak of, when one
# fails for an odd reason, and when one could be tried by the committed docs/bypass-files.md
# and can no more. --write makes that file new (make bypass-table).
set -eu
build=${1:?usage: run.sh BUILD [--write]}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
here=$(cd "$(dirname "$0")" && pwd)
docs=$here/../../docs
for tool in qemu-system-x86_64 busybox cpio /sbin/mke2fs mkfs.btrfs; do
	command -v $tool >/dev/null || { echo "SKIP: $tool is missing; run ./setup --check"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

"$here/build.sh" "$build/netbpfc" "$build/netbpf-load" "$work"
cd "$work"
booted=0
MEM=700 LINES_SHOWN=4000 \
	MODULES="loop overlay fat nls_ascii nls_cp437 vfat binfmt_misc xor raid6_pq zstd_compress libblake2b libcrc32c blake2b_generic crc32c-cryptoapi crc32c btrfs" \
	"$here/../guest/boot.sh" -t 600 "$here/guest.run" bypass bypass-casefold prog dynamic ld.so netbpf-load \
	ci.pub bypass.tar operations e.img ci.img s.img subvolume >guest.log 2>&1 || booted=$?
grep -E '^--- |SECONDS|no [a-z0-9]* here$' guest.log || :
[ $booted = 0 ] || { grep -vE '^ +(OFF|ON) ' guest.log | tail -40; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

tr '\n' ' ' <"$docs/limits.md" | tr -s ' ' >limits
[ -e "$docs/bypass-files.md" ] && cp "$docs/bypass-files.md" before || : >before
sed -nE 's/^T\(([a-z_0-9]+), ([A-Z][0-9]), ([a-z]+), "(.*)", "(.*)"\)$/\3\/\1\t\2\t\3\t\4\t\5/p' \
	"$here/techniques.def" >table
[ "$(wc -l <table)" = "$(grep -c '^T(' "$here/techniques.def")" ] ||
	{ echo "techniques.def has a line that run.sh cannot read"; exit 1; }
awk -f "$here/table.awk" limits not-yet before table guest.log >after
grep '^FAIL' after || :
sed -n 's/^COUNT //p' after
if [ "${2-}" = --write ]; then
	sed -n 's/^DOC //p' after >"$docs/bypass-files.md"
elif [ -z "${KERNELS-}" ] && ! sed -n 's/^DOC //p' after | cmp -s - "$docs/bypass-files.md"; then
	echo "docs/bypass-files.md is not what the guests say now: make bypass-table"
fi
! grep -q '^FAIL' after
