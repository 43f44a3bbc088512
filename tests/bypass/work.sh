#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# work.sh BUILD   ordinary work under a realistic policy, on 6.12: work.run
#
# git, vim and dpkg are this machine's, with the libraries they are linked with, if there are any.
set -eu
build=${1:?usage: work.sh BUILD}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
here=$(cd "$(dirname "$0")" && pwd)
for tool in qemu-system-x86_64 busybox cpio; do
	command -v $tool >/dev/null || { echo "SKIP: $tool is missing; run ./setup --check"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
${CC:-cc} -std=gnu17 -O -Wall -Wextra -static -o "$work/rename" "$here/rename.c"
"$build/netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
"$build/netbpfc" "$here/work.nbp" -o "$work/work.tar" --key "$work/ci.key"
${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"
# Two versions of a package, with a directory of rules in it; the second has one more.
for version in 1 2; do
	at=$work/deb$version
	mkdir -p "$at/DEBIAN" "$at/opt/tool/private/$version" "$at/opt/tool/bin" "$at/opt/tool/etc"
	printf 'Package: tool\nVersion: %s\nArchitecture: all\nMaintainer: a <a@x>\nDescription: a tool\n' \
		$version >"$at/DEBIAN/control"
	for file in private/key private/$version/more bin/tool etc/tool.conf; do
		echo $version >"$at/opt/tool/$file"
	done
	chown -R 1000:1000 "$at" && dpkg-deb -b -Zgzip "$at" "$work/tool$version.deb" >/dev/null ||
		: >"$work/tool$version.deb" # not root, or no dpkg
done
for program in git vim.basic dpkg dpkg-deb dpkg-split tar; do
	at=$(command -v $program) || continue
	echo "$at"
	ldd "$at" | sed -nE 's/.*(=> |^\t)(\/[^ ]*) .*/\2/p'
done | sort -u >"$work/list"
tar chf "$work/tools.tar" -C / $(sed 's#^/##' "$work/list") 2>/dev/null || : >"$work/tools.tar"
cd "$work"
KERNELS=${KERNELS:-'6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'} \
	"$here/../guest/boot.sh" -t 400 "$here/work.run" rename work.tar tools.tar tool1.deb tool2.deb netbpf-load ci.pub
