#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# net.sh BUILD   network rules on this very kernel
#
# Each case of tests/net/matrix.cases is tried without the policy (must not be EPERM), with
# it, from outside its cgroup, and after it was uninstalled.
set -u

. "$(dirname "$0")/net/alone.sh"
netbpfc=$build/netbpfc
passed=0 failed=0

ok() { # ok STATUS TEXT: one test; TEXT is said when STATUS is not 0
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $2"
	fi
}

die() {
	echo "FAIL: $1"
	echo "$passed passed, $((failed + 1)) failed, 0 skipped"
	exit 1
}

probe() { # probe inside|outside ARG...: what the kernel said
	where=$1
	shift
	(
		[ "$where" = outside ] || echo 0 >"$group/cgroup.procs"
		exec "$work/netprobe" "$@" 2>&1
	)
}

sweep() { # sweep WHEN inside|outside enforced|free: every case
	while read -r want args; do
		case $want in '' | '#'*) continue ;; esac
		[ "$3" = enforced ] || want=allow
		got=$(probe "$2" $args)
		case $want,$got in
		deny,EPERM) r=0 ;;
		deny,*) r=1 ;;
		allow,EPERM | allow,*' '* | allow,) r=1 ;;
		*) r=0 ;;
		esac
		ok $r "$1: netprobe $args: expected $want, got $got"
	done <tests/net/matrix.cases
}

${CC:-cc} -std=gnu17 -o "$work/netprobe" tests/guest/netprobe.c || die "netprobe does not compile"
chmod 755 "$work" "$work/netprobe"
ip link set lo up && ip address add fd00::1/64 dev lo nodad && ip address add fd00::2/64 dev lo nodad && ip address add fd00:0:1::1/64 dev lo nodad &&
	ip address add 127.9.0.1/16 dev lo && ip address add 127.10.0.1/16 dev lo &&
	echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range || die "cannot set up the loopback device"

"$netbpfc" keygen --key "$work/key" --pub "$work/key.pub" >"$work/log" 2>&1 || die "keygen: $(cat "$work/log")"
"$netbpfc" tests/net/matrix.nbp -o "$work/matrix.tar" --key "$work/key" >"$work/log" 2>&1 ||
	die "netbpfc tests/net/matrix.nbp: $(cat "$work/log")"

sweep "before install" inside free

install() {
	"$load" install "$@" --pub "$work/key.pub" --cgroup "$group" --pin "$work/bpf/p" >"$work/log" 2>&1
}
install "$work/matrix.tar" || die "netbpf-load install: $(cat "$work/log")"
# The loader has exited: what follows is the kernel alone.
sweep "installed" inside enforced
sweep "outside its cgroup" outside free

# Packets are judged by where netfilter sends them.
if nft add table ip nat 2>/dev/null && nft 'add chain ip nat out { type nat hook output priority -100; }' 2>/dev/null; then
	got=$(probe inside sendto udp 127.25.0.1 9)
	ok $([ "$got" = ok ]; echo $?) "before its address is changed: $got"
	nft add rule ip nat out ip daddr 127.25.0.1 dnat to 127.0.0.2
	got=$(probe inside sendto udp 127.25.0.1 9)
	ok $([ "$got" = EPERM ]; echo $?) "netfilter makes it a closed address: $got"
	nft delete table ip nat
else
	echo "SKIP: netfilter that changes addresses: nft cannot do that here"
fi

"$load" status --pin "$work/bpf/p" >"$work/status" 2>&1
ok $? "status: $(cat "$work/status")"
for word in net-matrix nb_connect4 nb_connect6 nb_sendmsg4 nb_sendmsg6 nb_bind4 nb_bind6; do
	grep -q "$word" "$work/status"
	ok $? "status does not name $word: $(cat "$work/status")"
done
! grep -q nb_file_open "$work/status"
ok $? "status names a file program, but the policy has no file rule"

"$load" events --pin "$work/bpf/p" >/dev/null 2>&1
probe inside connect udp 127.0.0.8 9 >/dev/null
probe inside connect tcp ::ffff:127.0.0.2 9 >/dev/null
probe inside sendto udp 127.0.0.8 9 >/dev/null
probe inside bind udp 127.0.0.8 6001 >/dev/null
"$load" events --pin "$work/bpf/p" --json >"$work/events" 2>"$work/events.err"
ok $? "events: $(cat "$work/events.err")"
for op in connect send bind; do
	grep watched "$work/events" | grep '"audit"' | grep -q "\"op\":\"$op\""
	ok $? "no audit event of $op of rule watched: $(cat "$work/events" "$work/events.err")"
done
grep closed-peers "$work/events" | grep -q deny
ok $? "no denial event of rule closed-peers: $(cat "$work/events" "$work/events.err")"
grep closed-peers "$work/events" | grep -q '127\.0\.0\.2'
ok $? "the event does not name the address: $(cat "$work/events")"
# What no address hook sees is told by the packet, with the peer, and by whom.
probe inside raw udp 127.0.0.2 9 >/dev/null
"$load" events --pin "$work/bpf/p" --json >"$work/packets" 2>&1
grep nb_egress "$work/packets" | grep closed-peers | grep '"address":"127\.0\.0\.2"' | grep -q '"comm":"netprobe"'
ok $? "no event of the packet of a raw socket: $(cat "$work/packets")"
grep closed-peers "$work/events" | grep -q 'matrix\.nbp'
ok $? "the event does not name the source: $(cat "$work/events")"

# The same again over itself: one of the two is attached at any time.
install "$work/matrix.tar" --print-verifier-stats
ok $? "install over itself: $(cat "$work/log")"
for hook in connect4 connect6 sendmsg4 sendmsg6 bind4 bind6; do
	grep -Eq "^verifier: nb_$hook +[1-9][0-9]* instructions, +[1-9][0-9]* peak states, +[0-9]+ us, stack [0-9?]" "$work/log"
	ok $? "what nb_$hook cost the verifier is not printed: $(cat "$work/log")"
done
sweep "installed twice" inside enforced

"$load" uninstall --pin "$work/bpf/p" >"$work/log" 2>&1
ok $? "uninstall: $(cat "$work/log")"
sweep "after uninstall" inside free
[ ! -e "$work/bpf/p" ]
ok $? "uninstall leaves pins: $(ls -AR "$work/bpf/p" 2>&1)"

# The same policy in audit mode denies nothing.
sed 's/kernel >= 5.10/kernel >= 5.10\n    mode audit/' tests/net/matrix.nbp >"$work/audit.nbp"
if "$netbpfc" "$work/audit.nbp" -o "$work/audit.tar" --key "$work/key" >"$work/log" 2>&1 &&
	install "$work/audit.tar"; then
	sweep "mode audit" inside free
	"$load" uninstall --pin "$work/bpf/p" >"$work/log" 2>&1
	ok $? "uninstall: $(cat "$work/log")"
else
	ok 1 "mode audit: $(cat "$work/log")"
fi

# Every shape that tables of addresses have.
for shape in sorted trie ranges; do
	tests/guest/tables.sh $shape >"$work/$shape.nbp"
	if "$netbpfc" "$work/$shape.nbp" -o "$work/$shape.tar" --key "$work/key" >"$work/log" 2>&1 &&
		install "$work/$shape.tar"; then
		for case in EPERM,10.77.0.9 EPERM,::ffff:10.77.0.9 EPERM,2001:db8:77::9 ,10.77.0.8 ,10.77.0.10 \
			,2001:db8:77::8 ,2001:db8:77::a; do
			got=$(probe inside connect udp "${case#*,}" 9)
			[ "$got" = EPERM ] && r=EPERM || r=
			[ "$r" = "${case%%,*}" ]
			ok $? "shape $shape: connect to ${case#*,}: $got"
		done
		"$load" uninstall --pin "$work/bpf/p" >"$work/log" 2>&1
		ok $? "uninstall: $(cat "$work/log")"
	else
		ok 1 "shape $shape: $(cat "$work/log")"
	fi
done

# A socket's label answers for its maker, and for nobody that the maker became.
mkdir -p "$group/below" && ${CC:-cc} -std=gnu17 -static -o "$work/free" tests/net/labelprobe.c && cp "$work/free" "$work/bound" &&
	tests/net/labels.sh "$netbpfc" "$work/key" "$work" "$work/bound" "${group#"$tree"}/below" >"$work/log" 2>&1 ||
	die "labels: $(cat "$work/log")"
for dim in uid gid cgroup; do # the others need programs that many kernels take from no container
	install "$work/label-$dim.tar"
	ok $? "label-$dim: $(cat "$work/log")"
	while read -r of how arg want; do
		[ "$of" = $dim ] || continue
		case $arg in BOUND) arg=$work/bound ;; FREE) arg=$work/free ;; BELOW) arg=$group/below/cgroup.procs ;; esac
		got=$( (echo 0 >"$group/cgroup.procs" && exec "$work/free" "$how" 127.9.0.1 "$arg" 2>&1) | tr '\n' ,)
		[ "$got" = "$want," ]
		ok $? "rules for $dim, $how $arg: expected $want, got $got"
	done <tests/net/labels.cases
	"$load" uninstall --pin "$work/bpf/p" >"$work/log" 2>&1
	ok $? "uninstall: $(cat "$work/log")"
done

# Policies that follow each other, and the example of a firewall.
${CC:-cc} -std=gnu17 -o "$work/updateprobe" tests/net/updateprobe.c && cp tests/net/probes.sh "$work" &&
	tests/net/update.sh "$netbpfc" "$work/key" "$work" "${group#"$tree"}/below" >"$work/log" 2>&1 ||
	die "update: $(cat "$work/log")"
for run in update egress; do
	(cd "$work" && GROUP=$group PIN=$work/bpf/p LOAD=$load KEY=key.pub exec sh "$OLDPWD/tests/net/$run.run") >"$work/said" 2>&1
	grep -E "^(FAIL|$run):" "$work/said"
	passed=$((passed + $(sed -n 's/ passed, .*//p' "$work/said")))
	failed=$((failed + $(sed -n 's/.* passed, \([0-9]*\) failed.*/\1/p' "$work/said")))
done

# A wrong key must not get as far as the kernel.
"$netbpfc" keygen --key "$work/other" --pub "$work/other.pub" >/dev/null 2>&1
"$load" install "$work/matrix.tar" --pub "$work/other.pub" --cgroup "$group" --pin "$work/bpf/p" >"$work/log" 2>&1
[ $? = 4 ]
ok $? "a bundle signed by another key is not refused with exit 4: $(cat "$work/log")"
[ ! -e "$work/bpf/p" ]
ok $? "a refused bundle left pins"

echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ]
