#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# guests.sh BUILD   file and network rules on the kernels that Debian ships
#
# Compiles and signs on the host, enforces in guests: each guest gets the static
# loader, the bundles, the public key and the probes, never the compiler.
set -eu
build=${1:?usage: guests.sh BUILD}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
cd "$(dirname "$0")/guest"
for tool in qemu-system-x86_64 busybox cpio; do
	command -v $tool >/dev/null || { echo "SKIP: $tool is missing; run ./setup --check"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

for probe in fileprobe netprobe opsprobe subvolume fuse; do
	${CC:-cc} -std=gnu17 -O -static -o "$work/$probe" $probe.c
done
"$build/netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
"$build/netbpfc" keygen --key "$work/other.key" --pub "$work/other.pub" >/dev/null
for shape in sorted trie ranges; do
	./tables.sh $shape >"$work/$shape.nbp"
	"$build/netbpfc" "$work/$shape.nbp" -o "$work/$shape.tar" --key "$work/ci.key"
done
for policy in files overlay both ops sockets parts; do
	"$build/netbpfc" $policy.nbp -o "$work/$policy.tar" --key "$work/ci.key"
done
"$build/netbpfc" ../net/matrix.nbp -o "$work/matrix.tar" --key "$work/ci.key"
${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"

# The long suites take the kernels that must be had; all of them with EVERY_KERNEL=1.
must='6.1 must -,bookworm ^linux-image-6\.1\..*-cloud-amd64$
6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'
[ -z "${EVERY_KERNEL-}" ] || must=${KERNELS-}
long=${KERNELS:-$must}

status=0
share() { # share RUN FILE...: what every guest gets, and what this one needs besides
	./boot.sh "$@" "$work/ci.pub" "$work/netbpf-load" "$work/fileprobe" "$work/netprobe" || status=1
}
share -t 600 both.run files.run net.run ops.run files.cases ../net/matrix.cases "$work/files.tar" \
	"$work/matrix.tar" "$work/ops.tar" "$work/opsprobe" "$work/other.pub"
KERNELS=$long MODULES=overlay share overlay.run "$work/overlay.tar"
KERNELS=$long MODULES='libcrc32c udp_tunnel ip6_udp_tunnel sctp dccp dccp_ipv4 dccp_ipv6' \
	share sockets.run sockets.cases "$work/sockets.tar"
truncate -s 64M "$work/btrfs.img" # mkfs.btrfs needs as much; most of it is a hole
if mkfs.btrfs -q -M -m single -d single "$work/btrfs.img" >/dev/null 2>&1; then
	KERNELS=$long MEM=700 MODULES='loop fuse fat nls_ascii nls_cp437 vfat xor raid6_pq zstd_compress libblake2b libcrc32c blake2b_generic crc32c-cryptoapi crc32c btrfs' \
		share parts.run "$work/parts.tar" "$work/subvolume" "$work/fuse" "$work/btrfs.img"
else
	echo "parts.run SKIP: mkfs.btrfs is missing; run ./setup --check"
fi
./directories.sh "$build/netbpfc" directories.nbp >"$work/cases"
"$build/netbpfc" directories.nbp -o "$work/directories.tar" --key "$work/ci.key"
${CC:-cc} -std=gnu17 -O -static -o "$work/casefold" ../bypass/casefold.c
truncate -s 2M "$work/ci.img"
/sbin/mke2fs -q -F -t ext4 -O ^has_journal,casefold -E encoding=utf8 "$work/ci.img"
KERNELS=$long MODULES='loop' \
	share directories.run "$work/cases" "$work/directories.tar" "$work/casefold" "$work/ci.img"
${CC:-cc} -std=gnu17 -O -static -o "$work/labelprobe" ../net/labelprobe.c
../net/labels.sh "$build/netbpfc" "$work/ci.key" "$work" /bound /group/below
KERNELS=$long share labels.run ../net/labels.cases "$work/labelprobe" "$work"/label-*.tar
KERNELS=$long share tables.run "$work/sorted.tar" "$work/trie.tar" "$work/ranges.tar"
KERNELS='6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$' \
	LSM=lockdown,capability,landlock,yama share nolsm.run "$work/both.tar" "$work/sockets.tar" "$work/matrix.tar"
KERNELS=$long ../bypass/run.sh "$build" || status=1
../bypass/race.sh "$build" || status=1
../bypass/work.sh "$build" || status=1

# Ways past network rules: all of them, and the table that docs/ has of them.
../bypass/prepare.sh "$build" "$work"
KERNELS=$long MODULES='libcrc32c udp_tunnel ip6_udp_tunnel sctp dccp dccp_ipv4' LINES_SHOWN=400 \
	./boot.sh -t 400 ../bypass/net.run "$work/net.tar" "$work/netbypass" "$work/ci.pub" \
	"$work/netbpf-load" >"$work/bypass" || status=1
grep -vE '^ *RESULT ' "$work/bypass"
../bypass/collect.sh "$work/bypass" "$work" || status=1
exit $status
