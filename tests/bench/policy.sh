#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# policy.sh N   a policy of N rules, half about files, half about the network,
# spread over directories and prefixes as generated lists are
n=$1
echo "policy bench-$n { seq 1 kernel >= 6.12 }"
awk -v n="$n" 'BEGIN {
	for (i = 0; i < n / 2; i++)
		printf "deny read, write on \"/srv/d%d/secret%d\"\n", i % (n / 20 + 1), i
	for (i = 0; i < n / 2; i++)
		printf "deny connect, send to 10.%d.%d.%d/32 port tcp/%d\n",
			i % 7, i * 31 % 256, int(i / 7) % 256, 80 + i % 3
}'
