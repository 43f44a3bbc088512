#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh BUILD   the numbers of this project: name, value, unit, goal, tab-separated
#
# Kernel-side costs are guest instructions added to a system call, counted by
# qemu's -icount on 6.12; they repeat. Times and memory are of this machine.
set -eu
. "${0%/*}/measuring.sh"

tool cost
key
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
CC=$cc CLANG=$clang "$here/install.sh" "$build"
CC=$cc CLANG=$clang "$here/network.sh" "$build"
loader
line netbpf-load_size "$(($(stat -c %s "$work/netbpf-load") / 1024))" KiB

guest_tool measure
bpf empty "$work/empty.bpf.o"
cd "$work"
guest "$linux_6_12" 600 "$here/guest.run" netbpf-load measure empty.bpf.o ci.pub 10.tar 10000.tar

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
	line "${what}_10000_to_10" "$(ratio "$(added 10000 $what)" "$(added 10 $what)")" ratio \
		'within 5 % of 1'
done
CC=$cc CLANG=$clang "$here/files.sh" "$build"
