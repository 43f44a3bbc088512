#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# build.sh NETBPFC LOAD OUT   what the guests of run.sh and race.sh need, in OUT
#
# The policy is policy.nbp and a rule for each further operation of techniques.def that
# the compiler knows; `operations` lists those that the techniques may try.
set -eu
netbpfc=$1 load=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
cc="${CC:-cc} -std=gnu17 -O -Wall -Wextra"

$cc -static -pthread -o "$out/bypass" "$here"/driver.c "$here"/tree.c "$here"/ring.c "$here"/opens.c "$here"/names.c \
	"$here"/content.c "$here"/mounts.c "$here"/overlays.c "$here"/execs.c "$here"/subjects.c \
	"$here"/forge.c "$here"/leaves.c "$here"/changes.c "$here"/again.c "$here"/clones.c
$cc -static -o "$out/bypass-casefold" "$here/casefold.c"
$cc -static -o "$out/subvolume" "$here/../guest/subvolume.c"
$cc -static -nostdlib -ffreestanding -fno-stack-protector -o "$out/prog" "$here/prog.c"
$cc -fpie -pie -nostdlib -ffreestanding -fno-stack-protector \
	-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -o "$out/dynamic" "$here/prog.c"
cp /lib64/ld-linux-x86-64.so.2 "$out/ld.so"
${STRIP:-strip} "$out/bypass" "$out/bypass-casefold" "$out/prog" "$out/dynamic"
${STRIP:-strip} -o "$out/netbpf-load" "$load"

"$netbpfc" keygen --key "$out/ci.key" --pub "$out/ci.pub" >/dev/null
cp "$here/policy.nbp" "$out/bypass.nbp"
echo "read write again rewrite relist exec worker agent uid group box scoped" | tr ' ' '\n' >"$out/operations"
: >"$out/not-yet"
for op in $(sed -nE 's/^T\([a-z_0-9]+, [A-Z][0-9], ([a-z]+),.*/\1/p' "$here/techniques.def" | sort -u); do
	! grep -qx "$op" "$out/operations" || continue
	rule="deny $op on tree \"/b/$op\", tree \"/h/$op\", tree \"/s/$op\" except for keeper as the-$op"
	{ cat "$here/policy.nbp"; echo "$rule"; } >"$out/one.nbp"
	if "$netbpfc" check "$out/one.nbp" >"$out/log" 2>&1; then
		echo "$op" >>"$out/operations"
		echo "$rule" >>"$out/bypass.nbp"
	elif grep -qE '\[NB(0202|0601)\]' "$out/log"; then
		echo "$op" >>"$out/not-yet"
	else
		cat "$out/log" >&2
		exit 1
	fi
done
"$netbpfc" "$out/bypass.nbp" -o "$out/bypass.tar" --key "$out/ci.key"

# Two small filesystems, empty and the same each time.
truncate -s 2M "$out/e.img"
/sbin/mke2fs -q -F -t ext4 -O ^has_journal "$out/e.img"
truncate -s 2M "$out/ci.img"
/sbin/mke2fs -q -F -t ext4 -O ^has_journal,casefold -E encoding=utf8 "$out/ci.img"
truncate -s 64M "$out/s.img" # mkfs.btrfs needs as much; most of it is a hole
mkfs.btrfs -q -M -m single -d single "$out/s.img" >/dev/null 2>&1
