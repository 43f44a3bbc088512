#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# prepare.sh BUILD TO   the static attempts, the policy, its bundle and key, in TO
set -eu
build=$1 to=$2
cd "$(dirname "$0")"
${CC:-cc} -std=gnu17 -O -static -Wall -Wextra -o "$to/netbypass" net_*.c
[ -e "$to/ci.key" ] || "$build/netbpfc" keygen --key "$to/ci.key" --pub "$to/ci.pub" >/dev/null
"$build/netbpfc" net.nbp -o "$to/net.tar" --key "$to/ci.key"
