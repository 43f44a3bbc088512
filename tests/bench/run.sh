#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD   the numbers of this project: name, value, unit, goal, tab-separated
#
# Kernel-side costs are guest instructions added to a system call, counted by
# qemu's -icount on 6.12; they repeat. Times and memory are of this machine.
set -eu
build=${1:?usage: run.sh BUILD}
build=$(cd "$build" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
netbpfc=$build/netbpfc load=$build/netbpf-load
cc=${CC:-gcc} clang=${CLANG:-clang-19}

line() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:--}"; }

$cc -std=gnu17 -D_GNU_SOURCE -O2 "$here/cost.c" -o "$work/cost"
"$netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
line name value unit goal
for n in 10 10000; do
	"$here/policy.sh" $n >"$work/$n.nbp"
	"$work/cost" "$netbpfc" "$work/$n.nbp" -o "$work/$n.tar" --key "$work/ci.key" >"$work/spent"
	read -r wall cpu mb <"$work/spent"
	line "netbpfc_${n}_rules_wall" "$wall" s
	line "netbpfc_${n}_rules_cpu" "$cpu" s
	line "netbpfc_${n}_rules_memory" "$mb" MiB
	line "bundle_${n}_rules" "$(($(stat -c %s "$work/$n.tar") / 1024))" KiB
done
CC=$cc CLANG=$clang "$here/tables.sh" "$build"
CC=$cc CLANG=$clang "$here/network.sh" "$build"
cp "$load" "$work/netbpf-load"
strip "$work/netbpf-load"
line netbpf-load_size "$(($(stat -c %s "$work/netbpf-load") / 1024))" KiB

$cc -std=gnu17 -O2 -static "$here/measure.c" -o "$work/measure" -lbpf -lelf -lz 2>"$work/cc" ||
	$cc -std=gnu17 -O2 -static "$here/measure.c" -o "$work/measure" -lbpf -lelf -lz -lzstd
$clang -target bpf -mcpu=v3 -g -O2 -idirafter "/usr/include/$(gcc -dumpmachine)" \
	-c "$here/empty.bpf.c" -o "$work/empty.bpf.o"
cd "$work"
KERNELS='6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$' \
	QEMU_EXTRA='-icount shift=0,sleep=off' MEM=1024 \
	"$here/../guest/boot.sh" -t 600 "$here/guest.run" netbpf-load measure empty.bpf.o ci.pub \
	10.tar 10000.tar >guest.log 2>&1 || { cat guest.log >&2; exit 1; }

of() { sed -n "s/.*MEASURED $1 //p" guest.log; }
added() { echo $(($(of "$1.$2") - $(of "off.$2"))); }
for what in connect_miss connect_hit send_miss socket; do
	case $what in
	connect*) goal='at most 600' ;;
	send*) goal='at most 1.6 times the empty program' ;;
	socket) goal=- ;;
	esac
	line "${what}_plain" "$(of off.$what)" instructions
	line "${what}_empty_program" "+$(added empty $what)" instructions
	line "${what}_10_rules" "+$(added 10 $what)" instructions "$goal"
	line "${what}_10000_rules" "+$(added 10000 $what)" instructions "$goal"
	line "${what}_10000_to_10" "$(awk -v a="$(added 10000 $what)" -v b="$(added 10 $what)" \
		'BEGIN { printf "%.3f", a / b }')" ratio 'within 5 % of 1'
done
CC=$cc CLANG=$clang "$here/files.sh" "$build"
