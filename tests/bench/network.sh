#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# network.sh BUILD   what network rules add to a UDP connect and to a packet, as ratios to
# an empty program at the same hook; lines as of run.sh
#
# All in one guest of 6.12 whose clock counts instructions. POLICIES: which of them, all
# if empty. A hit is an address that a rule has, asked by somebody whom it does not deny, at
# a port that it has; `port` is the same at one that it leaves alone. Rules of feeds have
# ports that are asked here, so that a miss and a hit walk the table. What is denied at a
# packet is that of a raw socket, by the whole of the call: it ends there.
set -eu
. "${0%/*}/measuring.sh"
policies=${POLICIES:-one one_port exe million million_exe}

guest_tool measure
bpf empty "$work/empty.bpf.o"
tool feed
loader
key
cd "$work"
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
	bundle "$one.nbp" "$one.tar"
done
echo "$policies" >policies
feed4=$(sed -n '/^[1-9][0-9]\.[0-9.]*\.7$/{p;q}' feed4)
feed6=$(sed -n 's,/64$,,p;500000q' feed6 | tail -1)
# what no list has; what all have; what the feeds have
cat >targets <<end
connect4_miss 203.0.113.77 443
connect6_miss 2a08:1:2:3::4 443
connect4_hit_rule 10.1.2.3 443
connect4_hit_feed $feed4 443
connect6_hit_feed $feed6 443
connect4_port_feed $feed4 53
connect6_port_feed $feed6 53
packet4_miss 203.0.113.77 443
packet6_miss 2a08:1:2:3::4 443
packet4_miss_bound 203.0.113.77 443
packet6_miss_bound 2a08:1:2:3::4 443
packet4_hit_feed $feed4 443
packet6_hit_feed $feed6 443
packet4_port_feed $feed4 53
packet6_port_feed $feed6 53
raw4_denied_feed $feed4 443
end
tars=
for one in $policies; do tars="$tars $one.tar"; done
guest "${KERNELS:-$linux_6_12}" 600 "$here/network.run" netbpf-load measure empty.bpf.o ci.pub \
	targets policies $tars

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
		[ -n "$(of "$one.$what")" ] || continue
		case $what.$one in
		socket.*) goal=- ;;
		raw*)
			line "${what}_$one" "$(of "$one.$what")" 'instructions in all'
			continue
			;;
		packet*) goal='at most 1.6' ;;
		*.one*) goal='at most 1.10' ;;
		*.million) goal='at most 1.30' ;;
		*.exe) goal='at most 1.375' ;;
		*.million_exe) goal='at most 1.625' ;;
		esac
		show $one $what "$goal"
	done
done
