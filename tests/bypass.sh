#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# bypass.sh BUILD   ways past network rules, on this very kernel
#
# What is open must be named in docs/limits.md, in backquotes.
set -u

. "$(dirname "$0")/net/alone.sh"
GROUP=$group PIN=$work/bpf/p LOAD=$load here=$(pwd)
OPTIONS=--audit-only-files # what needs the BPF LSM is open where there is none
export GROUP PIN LOAD OPTIONS

tests/bypass/prepare.sh "$build" "$work" || exit 1
(cd "$work" && sh "$here/tests/bypass/net.run") >"$work/native" 2>&1 || { cat "$work/native"; exit 1; }
tests/bypass/table.sh --check "$work/native" || exit 1
awk '$1 == "RESULT" && $2 !~ /^free_/ { n[$3]++ }
END { printf "%d blocked, %d open and documented, %d absent here\n", n["blocked"], n["open"], n["absent"] }' "$work/native"
