#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# race.sh BUILD [OPENS [CONTROL]]   race.c, held.c and halfway.c on 6.12 and the newest kernel,
#                                   preempted anywhere
#
# CONTROL takes one mend out of a copy of the source tree (the product has no such
# switch), and passes when wrong verdicts are seen:
#   control   any directory may be renamed to where other rules hold
#   moved     the label of a directory that was moved so is believed
#   parent    a directory on its way into another does not mark that one
#   stored    what lies below a directory that was moved so gets labels
#   touched   a directory that is about to move so is not noted for short walks
#   top       whatever a short walk finds on top is believed to be the root
#   gone      a filesystem that is gone stays known to short walks
#   exec      a process is believed to be what it was before execve
#   names     a name and a parent that were not there at one moment are taken together
#   settle    labels are stored while renames that began before may still be under way
set -eu
build=${1:?usage: race.sh BUILD [OPENS [control]]}
opens=${2:-100000}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
here=$(cd "$(dirname "$0")" && pwd)
for tool in qemu-system-x86_64 busybox cpio; do
	command -v $tool >/dev/null || { echo "SKIP: $tool is missing; run ./setup --check"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
compiler=$build/netbpfc
loader=$build/netbpf-load
if [ -n "${3-}" ]; then
	mkdir "$work/build"
	(cd "$here/../.." && find . \( -name .git -o -path './build*' -o -path './_*' \) -prune -o -type f -print |
		cpio --quiet -pdm "$work/source")
	case $3 in
	control) mend=bpf-templates/moves.h out='s/if (s == t \&\& !places)/if (1)/' ;;
	moved) mend=bpf-templates/labels.h out='s/(marks \& (NB_LABEL_KNOWN | NB_LABEL_MOVED)) ==/(marks \& NB_LABEL_KNOWN) ==/' ;;
	parent) mend=bpf-templates/moves.h out='s/(!(marks & NB_LABEL_PARENT) \&\& LINKS(directory) == 2)/LINKS(directory) == 2/' ;;
	stored) mend=bpf-templates/walk.h out='s/ && !passed_moved() &&/ \&\&/' ;;
	touched) mend=bpf-templates/moves.h out='s/touched_byte(all_known(), d) = 1;/touched_byte(all_known(), d);/' ;;
	top) mend=bpf-templates/near.h out='s/if (sb->s_root != at)/if (0)/' ;;
	gone) mend=bpf-templates/files.h out='s/root_remove(key);/;/' ;;
	exec) mend='bpf-templates/facts.h bpf-templates/exec.h'
		out='s/else if (exe->self_exec_id != id)/else if (0)/; s/if (bpf_map_update_elem(&nb_exes, &tgid, &made, BPF_ANY))/if (0)/' ;;
	names) mend=bpf-templates/walk.h # and more time between the two, or it takes a million opens
		out='s/return (near ? FAR(d, d_parent) == (u64)p : d->d_parent == p) && SEQ(d) == seq;/return 1;/
			s/return SEQ(d) == seq ? edge : AGAIN;/return edge;/
			s/^static __always_inline u32 object_labelled/static long idle(u32 i, void *ctx) { return 0; }\n&/
			s/^\tseq = SEQ(d) & ~1;/\tif (NB_HAS_LOOP)\n\t\tbpf_loop(20000, idle, \&seq, 0);\n&/' ;;
	settle) mend=runtime/install.c out='s/if (settled \&\& !write_control/if (!write_control/' ;;
	*) echo "race.sh: no control '$3'"; exit 2 ;;
	esac
	for file in $mend; do
		sed -i "$out" "$work/source/$file"
		! cmp -s "$work/source/$file" "$here/../../$file" || { echo "race.sh finds no mend to take out"; exit 1; }
	done
	(cd "$work/source" && autoreconf -fi && cd "$work/build" &&
		../source/configure && make) >"$work/log" 2>&1 ||
		{ tail -20 "$work/log"; exit 1; }
	compiler=$work/build/netbpfc loader=$work/build/netbpf-load
fi
${CC:-cc} -std=gnu17 -O -Wall -Wextra -static -pthread -I"$here/../.." -o "$work/race" "$here/race.c" "$here/race_exec.c"
for program in held rename halfway; do
	${CC:-cc} -std=gnu17 -O -Wall -Wextra -static -pthread -o "$work/$program" "$here/$program.c"
done
"$compiler" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
"$compiler" "$here/race.nbp" -o "$work/race.tar" --key "$work/ci.key"
${STRIP:-strip} -o "$work/netbpf-load" "$loader"
echo "$opens" >"$work/opens"
cp "$here/held.run" "$work/"
cd "$work"
status=0
MODULES='loop cdrom isofs' LIVE=progress APPEND=preempt=full KERNELS=${KERNELS:-"\
6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64\$
new  may  trixie-backports     ^linux-image-[0-9].*-cloud-amd64\$"} \
	"$here/../guest/boot.sh" -t "$((300 + opens / 500))" "$here/race.run" race race.tar opens netbpf-load ci.pub held held.run rename halfway \
	3>&1 >guest.log 2>&1 || status=1
grep -E '^--- |RACE|HELD' guest.log | grep -v 'RACE progress' || tail -20 guest.log
if [ -n "${3-}" ]; then
	if grep -qE 'RACE .* refused: [1-9][0-9]* wrong|HELD wrong' guest.log; then
		echo "1 passed, 0 failed, 0 skipped"
		exit 0
	fi
	echo "race.c did not notice that a mend is gone"
	status=1
fi
[ $status = 0 ] && echo "1 passed, 0 failed, 0 skipped" || echo "0 passed, 1 failed, 0 skipped"
exit $status
