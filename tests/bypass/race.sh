#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# race.sh BUILD [OPENS [control]]   race.c on 6.12 and the newest kernel, preempted anywhere
#
# `control` compiles the policy with templates from which one mend was taken out (a
# copy of the source tree; the product has no such switch): directories may be
# renamed to where other rules hold. It passes when race.c sees wrong verdicts.
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
if [ "${3-}" = control ]; then
	mkdir "$work/build"
	(cd "$here/../.." && find . \( -name .git -o -path './build*' -o -path './_*' \) -prune -o -type f -print |
		cpio --quiet -pdm "$work/source")
	mend=$work/source/bpf-templates/names.h
	sed -i 's/return refuse_move(.*NB_REASON_DIRECTORY.*/return 0;/' "$mend"
	! cmp -s "$mend" "$here/../../bpf-templates/names.h" || { echo "race.sh finds no mend to take out"; exit 1; }
	(cd "$work/source" && autoreconf -fi && cd "$work/build" &&
		../source/configure && make) >"$work/log" 2>&1 ||
		{ tail -20 "$work/log"; exit 1; }
	compiler=$work/build/netbpfc
fi
${CC:-cc} -std=gnu17 -O -Wall -Wextra -static -pthread -o "$work/race" "$here/race.c"
"$compiler" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
"$compiler" "$here/race.nbp" -o "$work/race.tar" --key "$work/ci.key"
${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"
echo "$opens" >"$work/opens"
cd "$work"
status=0
APPEND=preempt=full KERNELS=${KERNELS:-"\
6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64\$
new  may  trixie-backports     ^linux-image-[0-9].*-cloud-amd64\$"} \
	"$here/../guest/boot.sh" -t "$((300 + opens / 500))" "$here/race.run" race race.tar opens netbpf-load ci.pub \
	>guest.log 2>&1 || status=1
grep -E '^--- |RACE' guest.log || tail -20 guest.log
if [ "${3-}" = control ]; then
	if grep -q 'RACE .* refused: [1-9][0-9]* wrong' guest.log; then
		echo "1 passed, 0 failed, 0 skipped"
		exit 0
	fi
	echo "race.c did not notice that a mend is gone"
	status=1
fi
[ $status = 0 ] && echo "1 passed, 0 failed, 0 skipped" || echo "0 passed, 1 failed, 0 skipped"
exit $status
