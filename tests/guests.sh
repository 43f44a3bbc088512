#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# guests.sh BUILD [SUITE...]   file and network rules on the kernels that Debian ships
#
# Compiles and signs on the host, enforces in guests: each guest gets the static
# loader, the bundles, the public key and the probes, never the compiler. Two guests run
# at a time, of whatever suites; what they say comes in the order of the suites below.
set -eu
build=${1:?usage: guests.sh BUILD [SUITE...]}
shift
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
cd "$(dirname "$0")/guest"
for tool in qemu-system-x86_64 busybox cpio; do
	command -v $tool >/dev/null || { echo "SKIP: $tool is missing; run ./setup --check"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'trap "" TERM; kill 0; exit 130' INT # suites side by side do not hear of it
trap 'exit 130' TERM

for probe in cut fileprobe leaveprobe netprobe opsprobe subvolume fuse; do
	${CC:-cc} -std=gnu17 -O -static -o "$work/$probe" $probe.c
done
"$build/netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
"$build/netbpfc" keygen --key "$work/other.key" --pub "$work/other.pub" >/dev/null
for shape in sorted trie ranges; do
	./tables.sh $shape >"$work/$shape.nbp"
	"$build/netbpfc" "$work/$shape.nbp" -o "$work/$shape.tar" --key "$work/ci.key"
done
for policy in files leave links overlay both ops sockets parts; do
	"$build/netbpfc" $policy.nbp -o "$work/$policy.tar" --key "$work/ci.key"
done
"$build/netbpfc" ../net/matrix.nbp -o "$work/matrix.tar" --key "$work/ci.key"
${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"

# The long suites take the kernels that must be had; all of them with EVERY_KERNEL=1.
must='6.1 must -,bookworm ^linux-image-6\.1\..*-cloud-amd64$
6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'
others='5.10 may bullseye ^linux-image-5\.10\..*-cloud-amd64$
6.18 may trixie-backports ^linux-image-6\.18\..*-cloud-amd64$
new may trixie-backports ^linux-image-[0-9].*-cloud-amd64$'
[ -z "${EVERY_KERNEL-}" ] || must=${KERNELS-} others=
long=${KERNELS:-$must}
[ -z "${KERNELS-}" ] || others=

TURNS=$work suites=
export TURNS
wanted=" ${*-} "
suite() { # suite NAME COMMAND...: begins it beside the others, the longest first
	case $wanted in *" $1 "* | "  ") ;; *) return 0 ;; esac
	suites="$suites $1" name=$1
	shift
	{
		"$@" && rc=0 || rc=$?
		echo $rc >"$work/$name.status"
		times >"$work/$name.times"
	} >"$work/$name.out" 2>&1 &
}
share() { # share RUN FILE...: what every guest gets, and what this one needs besides
	./boot.sh "$@" "$work/ci.pub" "$work/netbpf-load" "$work/fileprobe" "$work/netprobe"
}
net_bypass() { # ways past network rules: all of them, and the table that docs/ has of them
	../bypass/prepare.sh "$build" "$work" || return
	MODULES='libcrc32c udp_tunnel ip6_udp_tunnel sctp dccp dccp_ipv4 vsock af_alg' LINES_SHOWN=400 \
		./boot.sh -j 3 -t 400 ../bypass/net.run "$work/net.tar" "$work/netbypass" "$work/ci.pub" \
		"$work/netbpf-load" >"$work/bypass" && rc=0 || rc=1
	grep -vE '^ *RESULT ' "$work/bypass"
	../bypass/collect.sh "$work/bypass" "$work" && return $rc
}
parts() {
	truncate -s 64M "$work/btrfs.img" # mkfs.btrfs needs as much; most of it is a hole
	mkfs.btrfs -q -M -m single -d single "$work/btrfs.img" >/dev/null 2>&1 ||
		{ echo "SKIP: parts.run: mkfs.btrfs is missing; run ./setup --check"; return 0; }
	MEM=700 MODULES='loop fuse fat nls_ascii nls_cp437 vfat xor raid6_pq zstd_compress libblake2b libcrc32c blake2b_generic crc32c-cryptoapi crc32c btrfs' \
		share parts.run "$work/parts.tar" "$work/subvolume" "$work/fuse" "$work/btrfs.img"
}
directories() {
	./directories.sh "$build/netbpfc" directories.nbp >"$work/cases"
	"$build/netbpfc" directories.nbp -o "$work/directories.tar" --key "$work/ci.key" || return
	${CC:-cc} -std=gnu17 -O -static -o "$work/casefold" ../bypass/casefold.c || return
	truncate -s 2M "$work/ci.img"
	/sbin/mke2fs -q -F -t ext4 -O ^has_journal,casefold -E encoding=utf8 "$work/ci.img" || return
	MODULES=loop share directories.run "$work/cases" "$work/directories.tar" "$work/casefold" "$work/ci.img"
}
hang() { # a guest that never ends is stopped, and that is told: no suite can hold up ./check
	echo 'sleep 1000' >"$work/hang.run"
	! TURNS= ./boot.sh -t 45 "$work/hang.run" >"$work/hang.log" 2>&1 &&
		grep -qx -- '--- 6.12 FAIL [0-9]*s hang.run: hangs, stopped after 45 s' "$work/hang.log" &&
		grep -qx '    GUEST-STOPPED after 45 s' "$work/hang.log" &&
		grep -qx '0 passed, 1 failed, 0 skipped' "$work/hang.log" &&
		echo '1 passed, 0 failed, 0 skipped' && return
	echo 'FAIL: hang.run: boot.sh does not stop a guest that hangs, or does not say so:'
	sed 's/^/| /' "$work/hang.log"
	return 1
}
one='6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'

# What programs share, they share from 6.12 on.
shares=$one often=
[ -z "${EVERY_KERNEL-}" ] || {
	shares="$one
new may trixie-backports ^linux-image-[0-9].*-cloud-amd64\$"
	often=$work/often
	: >"$often"
}

suite race ../bypass/race.sh "$build" 20000
suite work ../bypass/work.sh "$build"
KERNELS=$long suite both share -t 600 both.run files.run net.run ops.run files.cases ../net/matrix.cases "$work/files.tar" \
	"$work/matrix.tar" "$work/ops.tar" "$work/opsprobe" "$work/other.pub"
[ -z "$others" ] || KERNELS=$others suite brief share both.run files.run net.run files.cases \
	../net/matrix.cases "$work/files.tar" "$work/matrix.tar" "$work/other.pub"
KERNELS=$long suite bypass ../bypass/run.sh "$build"
KERNELS=$long suite net_bypass net_bypass
${CC:-cc} -std=gnu17 -O -static -o "$work/labelprobe" ../net/labelprobe.c
../net/labels.sh "$build/netbpfc" "$work/ci.key" "$work" /bound /group/below
${CC:-cc} -std=gnu17 -O -static -o "$work/updateprobe" ../net/updateprobe.c
../net/update.sh "$build/netbpfc" "$work/ci.key" "$work" /update/below
KERNELS=$long MODULES='overlay libcrc32c udp_tunnel ip6_udp_tunnel sctp dccp dccp_ipv4 dccp_ipv6 sch_netem' \
	suite small share -t 600 small.run sockets.run sockets.cases "$work/sockets.tar" labels.run ../net/labels.cases \
	"$work/labelprobe" "$work"/label-*.tar tables.run "$work/sorted.tar" "$work/trie.tar" "$work/ranges.tar" \
	overlay.run "$work/overlay.tar" links.run "$work/links.tar" ../net/probes.sh ../net/update.run ../net/egress.run late.run \
	"$work/updateprobe" "$work"/update-*.tar "$work/egress.tar"
KERNELS=$long suite parts parts
APPEND=preempt=full KERNELS=${KERNELS:-$shares} \
	suite leave share leave.run "$work/leave.tar" "$work/leaveprobe" "$work/cut" $often
KERNELS=$long suite directories directories
KERNELS=$one LSM=lockdown,capability,landlock,yama \
	suite nolsm share nolsm.run "$work/both.tar" "$work/sockets.tar" "$work/matrix.tar"
KERNELS=$one suite hang hang
wait

broken=
for name in $suites; do
	rc=$(cat "$work/$name.status" 2>/dev/null) || rc=1
	printf '\n=== %s   (time of processors: %s)\n' "$name" "$(tail -1 "$work/$name.times")"
	cat "$work/$name.out"
	[ $rc = 0 ] || broken="$broken $name"
done
[ -n "$suites" ] || { echo "guests.sh: no suite$wanted"; exit 2; }
for name in $broken; do # once more, where they are seen
	printf '\nFAILED: %s\n' "$name"
	{ grep -E '^ *FAIL|^--- .* FAIL|HELD wrong' "$work/$name.out" | head -5; tail -8 "$work/$name.out"; } | cut -c1-300 | sed 's/^/| /'
done
[ -z "$broken" ]
