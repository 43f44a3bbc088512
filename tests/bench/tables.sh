#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tables.sh BUILD   lists of addresses: compiling them, their tables, looking addresses
# up in them, beside nft, ipset and the kernel's LPM trie and hash; lines as of run.sh
#
# Lookups are ns a lookup in the very programs of one run, by BPF_PROG_TEST_RUN: they need
# root and are left out without it. It is throughput: 256 lookups of a run overlap, for tables,
# trie and hash alike; all see the same queries, and the loop around them is taken off. Nothing is
# attached, and nft checks only, in a network namespace of its own.
set -eu
if [ "${2-}" != inside ] && unshare -n true 2>/dev/null; then
	exec unshare -n "$0" "$1" inside
fi
. "${0%/*}/measuring.sh"

tool cost
tool feed
tool lookup -lbpf -lelf -lz
cd "$work"

spent() { # spent NAME GOAL-CPU GOAL-MB COMMAND...: CPU seconds and memory of it
	name=$1 cpu_goal=$2 mb_goal=$3
	shift 3
	if ! command -v "$1" >/dev/null; then
		line "${name}_cpu" "not had" s
		return
	fi
	./cost "$@" >cost.out 2>/dev/null || { line "${name}_cpu" "fails" s; return; }
	read -r wall cpu mb <cost.out
	line "${name}_cpu" "$cpu" s "$cpu_goal"
	line "${name}_memory" "$mb" MiB "$mb_goal"
}

peers() { # peers FAMILY N: the same list for nft; after compile
	{
		echo "table inet t {"
		echo "set s { type ipv$1_addr; flags interval; auto-merge; elements = {"
		sed 's/$/,/' "feed$1.$2"
		printf '}\n}\n}\n'
	} >nft.conf
	ours=$cpu
	spent "nft_check_ipv$1_$2" - - nft -c -f nft.conf
	[ "$ours" = "$cpu" ] || line "nft_check_ipv$1_$2_by_ours" "$(ratio "$cpu" "$ours" 1)" ratio
}

compile() { # compile FAMILY N
	./feed "$1" "$2" >"feed$1.$2"
	printf 'policy feed { seq 1 kernel >= 6.1 }\nnet f = file "feed%s.%s"\ndeny connect to f\n' \
		"$1" "$2" >f.nbp
	case $2 in
	1000000) spent "check_ipv$1_$2" 'at most 0.5' 'at most 300' "$netbpfc" check f.nbp ;;
	*) spent "check_ipv$1_$2" - - "$netbpfc" check f.nbp ;;
	esac
	"$netbpfc" f.nbp -o f.tar >log 2>&1 || { cat log >&2; exit 1; }
	rm -rf out && mkdir out && tar xf f.tar -C out
	size=$(stat -c %s "out/maps/net$1.img")
	case $1.$2 in 4.1000000) most='at most 12000000' ;; 6.1000000) most='at most 32000000' ;; *) most=- ;; esac
	line "table_ipv$1_$2" "$size" bytes "$most"
	line "table_ipv$1_$2_each" "$(ratio "$size" "$2" 1)" 'bytes a prefix'
}

lookups() { # lookups FAMILY N GOAL: after compile
	./lookup values out/maps/rows.img >values.h
	bpf lookup l.o -DFAMILY="$1" -I.
	./lookup time l.o "$1" "feed$1.$2" "out/maps/net$1.img" >ns 2>log || {
		line "lookup_ipv$1_$2" "not possible here: $(tail -1 log)" ns
		return 0
	}
	read -r tables lpm hash hits <ns
	line "lookup_ipv$1_$2" "$tables" ns
	line "lookup_ipv$1_$2_lpm_trie" "$lpm" ns
	case $hash in -*) hash='no memory for it' ;; esac
	line "lookup_ipv$1_$2_hash" "$hash" ns
	line "lookup_ipv$1_$2_hits" "$hits" share
	line "lookup_ipv$1_$2_lpm_by_tables" "$(ratio "$lpm" "$tables" 1)" ratio "$3"
}

for n in 1000 100000 1000000; do
	for family in 4 6; do
		case $family.$n in
		4.1000) goal='at least 15' ;;
		4.1000000) goal='at least 30' ;;
		6.1000000) goal='at least 12' ;;
		*) goal=- ;;
		esac
		compile $family $n
		[ "$(id -u)" != 0 ] || lookups $family $n "$goal"
		[ $n != 1000000 ] || peers $family $n
	done
	[ $n != 1000000 ] || [ "$(id -u)" != 0 ] || {
		./lookup fill out/maps/net6.img >ms
		read -r mapped updated <ms
		line "fill_table_mapped" "$mapped" ms
		line "fill_table_by_update" "$updated" ms
	}
done
