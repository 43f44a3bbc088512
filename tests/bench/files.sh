#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# files.sh BUILD   what file rules add to open+close, beside an empty program, Landlock
# and AppArmor in the same guest; lines as of run.sh
#
# Guest instructions, counted by qemu's -icount on 6.12 and the newest kernel of Debian:
# exact, and the same again. AppArmor's rules are compiled here, so its parser must be
# installed (./setup --bench); without it those lines say so.
set -eu
. "${0%/*}/measuring.sh"

paths() { # paths N: ten in each directory, the ones that the guest opens beside
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "/srv/d%d/secret%d\n", i / 10, i }'
}

key
guest_tool files
bpf empty "$work/empty.bpf.o"
printf '%s\n' '#include "bpf-templates/abi.h"' 'int main(void) { return sizeof(struct nb_label); }' |
	$cc -std=gnu17 -I"$here/../.." -x c - -o "$work/label"
label=0
"$work/label" || label=$?
loader
cp "$work/files" "$work/confined"
cd "$work"
for n in 1 1000 100000; do
	{
		echo "policy bench-files-$n { seq 1 kernel >= 6.12 }"
		paths $n | sed 's/.*/deny read, write on "&"/'
	} >p.nbp
	bundle p.nbp files.$n.tar
done
bytes=$(tar tvf files.100000.tar maps/paths.img | awk '{ print $3 }')
line image_component "$(awk -v b="$bytes" 'BEGIN { printf "%.1f", b / (1 + 10000 + 100000) }')" \
	'bytes a component' 'at most 40'
printf 'policy bench-net { seq 1 kernel >= 6.12 }\ndeny connect to 10.1.2.3\n' >p.nbp
bundle p.nbp net.tar
truncate -s 16M ext4.img
/sbin/mke2fs -q -F -t ext4 ext4.img
profiles=
if command -v apparmor_parser >/dev/null; then
	for n in 1 1000; do
		{
			printf 'profile bench /t/confined {\n  file,\n  capability,\n'
			paths $n | sed 's/.*/  deny "&" rw,/'
			echo '}'
		} >profile
		apparmor_parser --skip-kernel-load --skip-cache --stdout profile >apparmor.$n 2>log ||
			{ cat log >&2; exit 1; }
		profiles="$profiles apparmor.$n"
	done
fi

report() { # report KERNEL: from its log
	log=$work/$1.log k=$1
	for what in with_rules without_rules sibling stranger; do
		case $what in
		with_rules) goal='at most 2.5 times the empty program' ;;
		without_rules) goal='at most 1.9 times the empty program' ;;
		sibling) goal='as where no rule lies below' ;;
		stranger) goal='at most 1900' ;;
		esac
		floor=$(added empty $what) ours=$(added files_1000 $what)
		line "$k.${what}_plain" "$(of off.$what)" instructions
		line "$k.${what}_empty_program" "+$floor" instructions
		for n in 1 1000 100000; do
			line "$k.${what}_${n}_rules" "+$(added files_$n $what)" instructions "$goal"
		done
		line "$k.${what}_by_empty_program" "$(ratio "$ours" "$floor" 2)" ratio "$goal"
		line "$k.${what}_100000_by_1" \
			"$(ratio "$(added files_100000 $what)" "$(added files_1 $what)" 2)" ratio 'within 2 % of 1'
		for peer in landlock_1 landlock_100 landlock_1000 apparmor_1 apparmor_1000; do
			if [ -z "$(of $peer.$what)" ]; then
				line "$k.${what}_$peer" 'not had' instructions
				continue
			fi
			line "$k.${what}_$peer" "+$(added $peer $what)" instructions
			line "$k.${what}_${peer}_by_ours" "$(ratio "$(added $peer $what)" "$ours" 2)" ratio
		done
	done
	line "$k.stranger_on_ext4_empty_program" \
		"+$(($(of ext4_empty.stranger) - $(of ext4_off.stranger)))" instructions
	line "$k.stranger_on_ext4_1000_rules" \
		"+$(($(of ext4_files.stranger) - $(of ext4_off.stranger)))" instructions 'at most 1900'
	line "$k.open_without_file_rules" "+$(added net without_rules)" instructions 0
	line "$k.programs_without_file_rules" "$(of net.file_programs)" 'file programs' 0
	line "$k.label" "$label" 'bytes a directory' 8
	line "$k.label_with_storage" "$(of memory.directory)" 'bytes a directory'
	for n in 1 1000 100000; do
		line "$k.load_programs_${n}_rules" "$(($(of files_$n.load_programs) / 1000))" ms 'at most 150'
		line "$k.load_maps_${n}_rules" "$(($(of files_$n.load_maps) / 1000))" ms
		line "$k.load_${n}_rules" "$(($(of files_$n.load) / 1000))" ms
	done
}

measured() { # measured KERNEL-LINE
	log=$work/${1%% *}.log
	export LSM=lockdown,capability,landlock,yama,apparmor,bpf
	MODULES=loop guest "$1" 900 "$here/files.run" ext4.img netbpf-load files confined empty.bpf.o ci.pub net.tar files.1.tar \
		files.1000.tar files.100000.tar $profiles
	! grep MEASURED.*FAIL "$log" >&2 || exit 1
	report "${1%% *}"
}
measured "$linux_6_12"
measured "$linux_newest"
