#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tables.sh sorted|trie|ranges   a policy whose IPv4 table has that shape, and an IPv6
# table of about as many pieces; all deny 10.77.0.9 and 2001:db8:77::9, not the ones beside.
# But for the first, every second network of 2001:db8:77::/48 is denied, too; the second has
# more classes than codes of a line stand for by themselves.
case $1 in
sorted) n=3 ;;
trie) n=400 ;;
ranges) n=50000 ;;
esac
echo "policy tables-$1 { seq 1 kernel >= 5.10 }"
awk -v n=$n 'BEGIN {
	srand(1)
	for (i = 0; n == 400 && i < 9; i++)
		printf "deny connect to 2001:db8:%d::/48 port tcp/%d\n", 80 + i, 10 + i
	print "deny connect, send to { 10.77.0.9, 2001:db8:77::9,"
	for (i = 16; n > 3 && i < 1000; i += 2)
		printf " 2001:db8:77:%x::/64,\n", i
	for (i = 0; i < n; i++) {
		a = int(rand() * 60000); b = int(rand() * 65536)
		printf " %d.%d.%d.%d,", 11 + a % 100, a / 256, b % 256, b / 256
		printf " 2001:%x:%x::/%d,\n", a + 4000, int(b / 2) * 2, 47 + (i % 9 == 0)
	}
	print "}"
}'
