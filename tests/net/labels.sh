#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# labels.sh NETBPFC KEY TO BOUND CGROUP   bundles TO/label-DIM.tar: rules that bind one
# uid, one program, one cgroup and nobody else, so that a socket's label may answer
set -eu
compile() { # compile DIM SUBJECT
	printf 'policy label { seq 1 kernel >= 5.10 }\ndeny connect to 127.9.0.1 for %s\n' "$2" >"$to/label-$1.nbp"
	"$netbpfc" "$to/label-$1.nbp" -o "$to/label-$1.tar" --key "$key"
}
netbpfc=$1 key=$2 to=$3
compile uid 'uid 65534'
compile exe "exe \"$4\""
compile cgroup "cgroup \"$5\""
compile all "uid 65534 or exe \"$4\" or cgroup \"$5\""
