# SPDX-License-Identifier: BSD-2-Clause
# alone.sh   what scripts begin with that enforce on this very kernel: sourced, with BUILD as $1
#
# Starts the script again in a network namespace and a mount namespace, with a bpffs, and a cgroup
# made for it; when it ends nothing of it is left. Sets build, tree (where cgroup v2 is mounted),
# group, work and load, and what is pinned has to be pinned as $work/bpf/p. The folder is the tree's top.
if [ "${1-}" != --inside ]; then
	build=${1:?usage: ${0##*/} BUILD}
	case $build in /*) ;; *) build=$(pwd)/$build ;; esac
	cd "$(dirname "$0")/.." || exit 3
	[ "$(id -u)" = 0 ] || { echo "SKIP: network enforcement needs root"; exit 77; }
	tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$tree" ] || { echo "SKIP: no cgroup v2 is mounted"; exit 77; }
	unshare -n -m true 2>/dev/null || { echo "SKIP: no namespaces here (unshare -n -m fails)"; exit 77; }
	exec unshare -n -m --propagation private "tests/${0##*/}" --inside "$build" "$tree"
fi
build=$2 tree=$3 load=$2/netbpf-load work=$(mktemp -d)
group=$tree/${0##*/}-$$

finish() {
	[ ! -d "$work/bpf/p" ] || "$load" uninstall --pin "$work/bpf/p" >/dev/null 2>&1
	umount "$work/bpf" 2>/dev/null
	rmdir "$group/below" "$group" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
mkdir -p "$work/bpf" "$group" && mount -t bpf none "$work/bpf" ||
	{ echo "FAIL: cannot make $group, or a bpffs"; exit 1; }
