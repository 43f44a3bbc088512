#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# paths.sh N   a policy of N file rules as large lists of them are: 70 % names, 20 % trees,
# 10 % wildcards, of which 48 % are suffixes anywhere below a directory, 22 % directly
# in one, 15 % names with one directory left open, 15 % open names in open directories;
# at most 24 suffixes are for every directory. Directories are shared as on a host.
echo "policy bench-paths-$1 { seq 1 kernel >= 6.12 }"
awk -v n="$1" '
function dir(    d, k) { # two to five components, few distinct ones near the root
	d = "/d" int(rand() * 20)
	for (k = 1 + int(rand() * 4); k; k--)
		d = d "/e" int(rand() * (k == 1 ? n / 100 + 5 : 12))
	return d
}
BEGIN {
	srand(7)
	for (i = 0; i < n + 0; i++) {
		kind = rand()
		if (kind < 0.7)
			path = "\"" dir() "/file" i "\""
		else if (kind < 0.9)
			path = "tree \"" dir() "/t" i "\""
		else if (kind < 0.948)
			path = roots++ < 24 ? "\"/**/*.ext" roots "\"" : "\"" dir() "/s" i "/**/*.ext" i % 59 "\""
		else if (kind < 0.97)
			path = "\"" dir() "/*.ext" i % 59 "\""
		else if (kind < 0.985)
			path = "\"" dir() "/*/name" i % 1000 "\""
		else
			path = "\"" dir() "/w*/w_*.ext" i % 59 "\""
		print "deny read on " path
	}
}'
