#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# labels.sh NETBPFC KEY TO BOUND CGROUP   bundles TO/label-DIM.tar: rules that bind one
# uid, one gid, one program, one cgroup and nobody else, so that a socket's label may answer
set -eu
compile() { # compile DIM SUBJECT
	printf 'policy label { seq 1 kernel >= 5.10 }\nnet many = file "many.txt"
deny connect to { 127.9.0.1, fd00::1, ::1, many } for %s\n' "$2" >"$to/label-$1.nbp"
	"$netbpfc" "$to/label-$1.nbp" -o "$to/label-$1.tar" --key "$key"
}
netbpfc=$1 key=$2 to=$3
# so many, and no two networks alike, that packets ask the label before the table
awk 'BEGIN { for (i = 0; i < 4000; i++)
	printf "100.%d.%d.%d\n100.%d.%d.%d\n", 64 + i / 256, i % 256, i % 120, 64 + i / 256, i % 256, 130 + i / 120 }' >"$to/many.txt"
compile uid 'uid 65534'
compile gid 'gid 4321'
compile exe "exe \"$4\""
compile cgroup "cgroup \"$5\""
compile all "uid 65534 or exe \"$4\" or cgroup \"$5\""
