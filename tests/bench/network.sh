#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# network.sh BUILD   what network rules add to a UDP connect and to a packet, as ratios to
# an empty program at the same hook; lines as of run.sh
#
# All in one guest of 6.12 whose clock counts instructions. POLICIES: which of them, all
# if empty. A hit is an address that a rule has, asked by somebody whom it does not deny.
set -eu
build=$(cd "${1:?usage: network.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cc=${CC:-gcc} clang=${CLANG:-clang-19} netbpfc=$build/netbpfc
policies=${POLICIES:-one one_port exe million million_exe}
line() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:--}"; }

$cc -std=gnu17 -O2 -static "$here/measure.c" -o "$work/measure" -lbpf -lelf -lz 2>"$work/cc" ||
	$cc -std=gnu17 -O2 -static "$here/measure.c" -o "$work/measure" -lbpf -lelf -lz -lzstd
$clang -target bpf -mcpu=v3 -g -O2 -idirafter "/usr/include/$(gcc -dumpmachine)" \
	-c "$here/empty.bpf.c" -o "$work/empty.bpf.o"
$cc -std=gnu17 -O2 "$here/feed.c" -o "$work/feed"
cp "$build/netbpf-load" "$work/netbpf-load"
cd "$work"
strip netbpf-load
"$netbpfc" keygen --key ci.key --pub ci.pub >/dev/null
./feed 4 1000000 >feed4
./feed 6 1000000 >feed6
policy() { # policy NAME: the rules of standard input
	{ echo "policy bench { seq 1 kernel >= 6.12 }"; cat; } >"$1.nbp"
}
feeds='net routes4 = file "feed4"
net routes6 = file "feed6"'
policy one <<end
deny connect to 10.0.0.0/8
end
policy one_port <<end
deny connect to 10.0.0.0/8 port tcp/443
end
policy exe <<end
deny connect to 10.0.0.0/8 for exe "/usr/sbin/other"
end
policy million <<end
$feeds
deny connect to routes4 port { tcp/443, udp/443 }
deny connect to routes6 port { tcp/443, udp/443 }
end
policy million_exe <<end
$feeds
deny connect to routes4 for exe "/usr/sbin/other"
deny connect to routes6 for exe "/usr/sbin/other"
end
for one in $policies; do
	"$netbpfc" "$one.nbp" -o "$one.tar" --key ci.key >log 2>&1 || { cat log >&2; exit 1; }
done
echo "$policies" >policies
# what no list has; what all have; what the feeds have
{
	echo "connect4_miss 203.0.113.77"
	echo "connect6_miss 2a08:1:2:3::4"
	echo "connect4_hit_rule 10.1.2.3"
	echo "connect4_hit_feed $(sed -n '/^[1-9][0-9]\.[0-9.]*\.7$/{p;q}' feed4)"
	echo "connect6_hit_feed $(sed -n 's,/64$,,p;500000q' feed6 | tail -1)"
	echo "packet4_miss 203.0.113.77"
	echo "packet6_miss 2a08:1:2:3::4"
} >targets
tars=
for one in $policies; do tars="$tars $one.tar"; done
KERNELS=${KERNELS:-'6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'} \
	QEMU_EXTRA='-icount shift=0,sleep=off' MEM=1024 \
	"$here/../guest/boot.sh" -t 600 "$here/network.run" netbpf-load measure empty.bpf.o ci.pub \
	targets policies $tars >guest.log 2>&1 || { cat guest.log >&2; exit 1; }

of() { sed -n "s/.*MEASURED $1 //p" guest.log; }
added() { echo $(($(of "$1.$2") - $(of "off.$2"))); }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
show() { # show POLICY SITUATION GOAL
	line "$2_$1" "+$(added "$1" "$2")" instructions
	line "$2_$1_by_empty" "$(ratio "$(added "$1" "$2")" "$(added empty "$2")")" ratio "$3"
}
situations=$(sed 's/ .*//' targets)
for what in $situations socket; do
	line "${what}_plain" "$(of "off.$what")" instructions
	line "${what}_empty" "+$(added empty "$what")" instructions
done
for one in $policies; do
	for what in $situations socket; do
		case $what in
		*_rule) case $one in one | million*) continue ;; esac ;; # one denies it
		*_feed) case $one in one* | exe) continue ;; esac ;;
		esac
		case $what.$one in
		socket.*) goal=- ;;
		packet*) goal='at most 1.6' ;;
		*.one*) goal='at most 1.10' ;;
		*.million) goal='at most 1.30' ;;
		*.exe) goal='at most 1.375' ;;
		*.million_exe) goal='at most 1.625' ;;
		esac
		show $one $what "$goal"
	done
done
