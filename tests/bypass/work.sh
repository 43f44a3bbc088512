#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# work.sh BUILD   ordinary work under a realistic policy, on 6.12: work.run
#
# git is this machine's, with the libraries it is linked with, if there is one.
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
for program in git vim.basic; do
	at=$(command -v $program) || continue
	echo "$at"
	ldd "$at" | sed -nE 's/.*(=> |^\t)(\/[^ ]*) .*/\2/p'
done | sort -u >"$work/list"
tar chf "$work/tools.tar" -C / $(sed 's#^/##' "$work/list") 2>/dev/null || : >"$work/tools.tar"
cd "$work"
KERNELS=${KERNELS:-'6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'} \
	"$here/../guest/boot.sh" -t 400 "$here/work.run" rename work.tar tools.tar netbpf-load ci.pub
