#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bypass.sh BUILD   ways past network rules, on this very kernel
#
# As tests/net.sh: namespaces and a cgroup made for the test, nothing of it is left.
# What is open must be named in docs/limits.md, in backquotes.
set -u

if [ "${1-}" != --inside ]; then
	build=${1:?usage: bypass.sh BUILD}
	case $build in /*) ;; *) build=$(pwd)/$build ;; esac
	cd "$(dirname "$0")/.." || exit 3
	[ "$(id -u)" = 0 ] || { echo "SKIP: network enforcement needs root"; exit 77; }
	tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$tree" ] || { echo "SKIP: no cgroup v2 is mounted"; exit 77; }
	unshare -n -m true 2>/dev/null || { echo "SKIP: no namespaces here (unshare -n -m fails)"; exit 77; }
	exec unshare -n -m --propagation private "$0" --inside "$build" "$tree"
fi
build=$2 here=$(pwd)
GROUP=$3/netbpf-bypass-$$ work=$(mktemp -d)
PIN=$work/bpf/p LOAD=$build/netbpf-load
OPTIONS=--audit-only-files # what needs the BPF LSM is open where there is none
export GROUP PIN LOAD OPTIONS

finish() {
	[ ! -d "$PIN" ] || "$LOAD" uninstall --pin "$PIN" >/dev/null 2>&1
	umount "$work/bpf" 2>/dev/null
	rmdir "$GROUP/below" "$GROUP" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

tests/bypass/prepare.sh "$build" "$work" || exit 1
mkdir "$work/bpf" && mount -t bpf none "$work/bpf" || exit 1
(cd "$work" && sh "$here/tests/bypass/net.run") >"$work/native" 2>&1 || { cat "$work/native"; exit 1; }
tests/bypass/table.sh --check "$work/native" || exit 1
awk '$1 == "RESULT" && $2 !~ /^free_/ { n[$3]++ }
END { printf "%d blocked, %d open and documented, %d absent here\n", n["blocked"], n["open"], n["absent"] }' "$work/native"
