#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# update.sh NETBPFC KEY TO CGROUP   bundles TO/update-*.tar for update.run: all deny one
# address; one leaves another alone, two denies it, three but for established connections. And
# TO/egress.tar for egress.run, the example with that cgroup as its service.
set -eu
netbpfc=$1 key=$2 to=$3
sed "s,/system.slice/billing.service,$4,g" "${0%/*}/../../examples/egress.nbp" >"$to/egress.nbp"
"$netbpfc" "$to/egress.nbp" -o "$to/egress.tar" --key "$key"
compile() { # compile NAME RULE
	printf 'policy update { seq 1 kernel >= 5.10 }\ndeny connect to 127.9.0.2 as closed\n%s\n' "$2" >"$to/update-$1.nbp"
	"$netbpfc" "$to/update-$1.nbp" -o "$to/update-$1.tar" --key "$key"
}
compile one "deny send to 127.9.0.3
audit accept, receive from 127.9.0.4 as seen"
compile two 'deny connect, send to 127.9.0.1'
compile three 'deny connect, send to 127.9.0.1 except established'
