#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh BUILD   installing lists of 1,000,000 addresses, the bundle's signature and
# digests included, beside `nft -f` and `ipset restore` of the same list; lines as of run.sh
#
# On this very machine, so it needs root: in network and mount namespaces, a cgroup and a
# bpffs of its own, which go when it ends. Each time is the least of some: the machine may
# have other things to do.
set -eu
if [ "${2-}" != inside ]; then
	tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$tree" ] && unshare -n -m true 2>/dev/null || {
		printf 'install\tSKIP: needs root, namespaces and a cgroup v2\t-\t-\n'
		exit 0
	}
	exec unshare -n -m --propagation private "$0" "$1" inside "$tree"
fi
tree=$3
. "${0%/*}/measuring.sh"
group=$tree/netbpf-bench-$$ pin=$work/bpf/p
finish() {
	[ ! -d "$pin" ] || "$build/netbpf-load" uninstall --pin "$pin" >/dev/null 2>&1 || :
	umount "$work/bpf" 2>/dev/null || :
	rmdir "$group" 2>/dev/null || :
	rm -rf "$work"
}
trap finish EXIT

tool cost
tool feed
key
mkdir -p "$work/bpf" "$group"
mount -t bpf none "$work/bpf"
ip link set lo up
cd "$work"

least() { # least FILE: of lines "wall cpu memory", the wall and CPU milliseconds
	awk 'NR == 1 || $1 < w { w = $1 } NR == 1 || $2 < c { c = $2 } END { printf "%d %d\n", w * 1000 + .5, c * 1000 + .5 }' "$1"
}
peer() { # peer NAME COMMAND...: one load; sets `other` to its CPU milliseconds
	name=$1 other=
	shift
	if ! command -v "$1" >/dev/null; then
		line "$name" 'SKIP: not installed, see ./setup --bench' ms
	elif ./cost "$@" >spent 2>said; then
		read -r wall other <<end
$(least spent)
end
		line "$name" "$wall" ms
		line "${name}_cpu" "$other" ms
	else
		line "$name" "SKIP: $(head -1 said)" ms
	fi
}
by_ours() { # by_ours NAME
	[ -z "$other" ] || line "$1_cpu_by_ours" "$(ratio "$other" "$cpu" 1)" ratio
}

for family in 4 6; do
	./feed $family 1000000 >list
	printf 'policy feed { seq 1 kernel >= 6.1 }\nnet f = file "list"\ndeny connect to f\n' >p.nbp
	bundle p.nbp p.tar
	: >spent
	for i in 1 2 3 4 5 6 7; do
		./cost "$build/netbpf-load" install p.tar --pub ci.pub --cgroup "$group" --pin "$pin" \
			>>spent 2>said || { cat said >&2; exit 1; }
		"$build/netbpf-load" uninstall --pin "$pin" >/dev/null
	done
	read -r wall cpu <<end
$(least spent)
end
	line "install_ipv$family" "$wall" ms 'at most 60'
	line "install_ipv${family}_cpu" "$cpu" ms
	./cost "$build/netbpf-load" verify p.tar --pub ci.pub >spent
	line "install_ipv${family}_verify_cpu" "$(least spent | cut -d ' ' -f 2)" ms

	kind=inet
	[ $family = 4 ] || kind=inet6
	{
		echo "table inet t {"
		echo "set s { type ipv${family}_addr; flags interval; auto-merge; elements = {"
		sed 's/$/,/' list
		printf '}\n}\n}\n'
	} >nft.conf
	{
		echo "create s hash:net family $kind hashsize 1048576 maxelem 4000000"
		sed 's/^/add s /' list
	} >ipset.conf
	peer "install_ipv${family}_nft" nft -f nft.conf
	by_ours "install_ipv${family}_nft"
	! command -v nft >/dev/null || nft flush ruleset 2>/dev/null || :
	peer "install_ipv${family}_ipset" ipset restore -exist -file ipset.conf
	by_ours "install_ipv${family}_ipset"
	! command -v ipset >/dev/null || ipset destroy 2>/dev/null || :
done
