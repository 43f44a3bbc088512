#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# scale.sh   NETBPFC=path/to/netbpfc: large policies compile, those that would explode
# are refused with the place named; all in bounded memory and CPU time. Prints the
# user time of n and 4n; nothing is said of time beyond a limit of CPU seconds that
# only something that never ends meets.
set -u
. "$(dirname "$0")/netbpfc.sh"
colliding=${COLLIDING_NAMES:?set COLLIDING_NAMES to tests/colliding_names}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" || exit 3
memory=2000000 cpu=60 # KiB, seconds
if grep -q __asan_init "$netbpfc"; then
	echo "SKIP: scale: a sanitizer's shadow is larger than any limit of addresses"
	exit 77
fi

# run NAME STATUS TEXT: the policy on stdin, what is printed has TEXT in it
run() {
	cat >"$1.nbp"
	(
		ulimit -v $memory && ulimit -t $cpu && exec "$netbpfc" check "$1.nbp"
	) >out 2>&1
	status=$?
	if [ $status = "$2" ] && grep -qF -- "$3" out; then
		echo "ok   $1" | tee -a results
	else
		echo "FAIL $1: exit $status, expected $2 and '$3' in:" | tee -a results
		cut -c1-300 out | head -5 | sed 's/^/     | /'
	fi
	rm -f "$1.nbp"
}

# policy AWK: a policy block and what the awk program prints
policy() {
	echo 'policy t { seq 1 kernel >= 6.1 }'
	awk "BEGIN { $1 }"
}

rules() { # rules N
	policy 'for (i = 0; i < '"$1"'; i++)
		printf "deny read on \"/d%d/e%d/f%d\"%s\n", i % 100, i % 1000, i, i % 3 ? "" : " for uid " i % 1000'
}

# ---- large and well ----
rules 100000 | run rules-100000 0 'well formed, 100000 rules'
policy 'printf "paths big = {"; for (i = 0; i < 480000; i++) printf " \"/srv/d%d/f%d\",\n", i % 997, i
	print "}\ndeny read on big"' | run set-of-10-MB 0 'well formed'
policy 'printf "net big = {"; for (i = 0; i < 700000; i++) printf " 10.%d.%d.%d,\n", i / 65536, i / 256 % 256, i % 256
	print "}\ndeny connect to big"' | run addresses-700000 0 'well formed'
policy 'printf "deny connect to {"; for (i = 0; i < 200000; i++) printf " 2001:db8:%x:%x::1,\n", i / 65536, i % 65536
	print "}"' | run hosts-of-200000-networks 0 'well formed'
policy 'srand(1); printf "deny connect to {"
	for (i = 0; i < 100000; i++) printf " %d.%d.%d.%d,\n", 1 + rand() * 223, rand() * 256, rand() * 256, rand() * 256
	print "}"' | run addresses-scattered 0 'well formed'
policy 'srand(2); printf "deny connect to {"
	for (i = 0; i < 300000; i++) printf " %x:%x:%x:%x:%x::%x,\n", 8193 + rand() * 4000, rand() * 65535, rand() * 65535, rand() * 65535, rand() * 65535, i % 7
	print "}"' | run addresses-scattered-6 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/a/*.ext_%d\"\n", i' | run suffixes-5000 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/a/pre_%d*\"\n", i' | run prefixes-5000 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"**/*.ext%d\"\n", i
	printf "deny read on {"; for (i = 0; i < 100000; i++) printf "\"/a%d.ext%d\",\n", i, i % 5000
	print "}"' | run names-below-suffixes 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"**/*.ext%d\"\n", i
	for (i = 0; i < 10000; i++) printf "deny read on \"/a%d/**/*.x\"\n", i' | run suffixes-beside-those-of-all 0 'well formed'
policy 'for (i = 0; i < 500; i++) printf "deny read on \"**/*.ext%d\"\n", i
	for (i = 0; i < 50000; i++) printf "deny read on tree \"/a%d\"\n", i' | run suffixes-times-trees 0 'well formed'
policy 'for (i = 0; i < 24; i++) printf "deny read on \"**/*.ext%d\"\n", i
	print "deny read on \"/home/*/.ssh/id_*\", \"**/.git/config\""
	for (i = 0; i < 70000; i++) printf "deny read on \"/home/u%d/f%d\"\n", i % 10000, i' | run homes-10000 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/a/x_%d*.e_%d\"\n", i, i' | run beginnings-and-ends-5000 1 'is in its widest one [NB0703]'
policy 'printf "net n = {"; for (i = 0; i < 1000; i++) printf " 10.%d.0.0-10.%d.%d.0,\n", i / 250, 255 - i / 250, 255 - i % 250
	print "}"; for (i = 1; i <= 1000; i++) printf "deny connect to n port tcp/%d\n", i' | run ranges-nested-in-1000-rules 0 'well formed'
policy 'for (i = 0; i < 15000; i++) printf "deny read on \"/a%d\" for uid %d-%d\n", i, i, 4000000 - i' | run uids-nested-15000 0 'well formed'

# ---- refused, with the rule named ----
policy 'printf "deny read on {\n"; for (i = 0; i < 100000; i++) printf "\"/a/x%d*y%d\",\n", i, i * 7919 % 100003
	print "}"' | run globs-100000 1 "is in its widest one [NB0703]"
policy 'for (i = 0; i < 40; i++) printf "deny read on \"/a/*a_%d*\"\n", i + 10' | run middles 1 "'/a/*a_12*' is in its widest one [NB0703]"
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/a/*a_%d*\"\n", i' | run middles-5000 1 'is in its widest one [NB0703]'
policy 'for (i = 0; i < 70; i++) printf "deny read on \"/a\" for uid %d\n", i' | run rules-on-one-file 1 'rules-on-one-file.nbp:66:1: error: 70 rules meet'
policy 'for (i = 0; i < 10000; i++) printf "deny read on tree \"/\" for uid %d\n", i
	for (i = 0; i < 100000; i++) printf "deny read on \"/a%d\"\n", i' | run rules-on-every-file 1 'rules meet on one object'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/a/**/*.ext%d\"\n", i
	for (i = 0; i < 10000; i++) printf "deny read on \"/a/%d/**/*.x\"\n", i' | run suffixes-within-suffixes 1 'overlap in too many ways'
policy 'print "deny read on \"**/*.ext\" except on \"/x\""; for (i = 0; i < 26; i++) printf "deny read on \"**/*%c\" except on \"/y\"\n", 97 + i
	for (i = 0; i < 320000; i++) printf "deny read on tree \"/a%d\"\n", i' | run exceptions-times-trees 1 'overlap in too many ways'
policy 'for (i = 0; i < 11; i++) printf "deny read on \"/d/*%c*\"\n", 97 + i
	for (i = 0; i < 20000; i++) printf "deny read on \"/d%d/*%c*\"\n", i, 97 + i % 11' | run middles-in-20000-folders 1 'overlap in too many ways'
policy 'for (r = 1; r <= 1000; r++) printf "deny connect to anywhere port tcp/%d\n", r
	printf "deny connect to {"; for (i = 0; i < 600000; i++) printf " 10.%d.%d.%d,\n", i / 32768, i / 128 % 256, i % 128 * 2
	print "}"' | run addresses-below-1000-rules 1 'too many rules overlap in their addresses'
policy 'printf "ports p = {"; for (i = 0; i < 30000; i++) printf " tcp/%d,\n", i * 2; print "}"
	for (i = 0; i < 20000; i++) printf "deny connect to 10.0.%d.%d port p for uid %d\n", i / 256, i % 256, i' |
	run ports-times-addresses 1 'too many pieces'
policy 'printf "deny read on \"/a\" for "
	for (i = 0; i < 40; i++) printf "%s(uid %d or gid %d)", i ? " and " : "", i, i; print ""' |
	run alternatives-2-to-the-40 1 'more than 64 conditions'
policy 'print "subject s0 = uid 1"; for (i = 0; i < 12; i++) printf "subject s%d = s%d and s%d\n", i + 1, i, i
	printf "subject w = s12"; for (i = 0; i < 63; i++) printf " and uid %d", i
	print ""; for (i = 0; i < 20000; i++) printf "deny read on \"/a%d\" for w\n", i' |
	run parts-of-all-subjects 1 'the subjects of all rules have more than'
policy 'for (i = 0; i < 60000; i++) printf "deny read on \"/a%d\" for exe \"/bin/x%d\"\n", i, i' |
	run executables-60000 1 'a table of that size is too large'
policy 'printf "subject u = uid {"; for (i = 0; i < 80000; i++) printf "%d,", i * 2; print "}"' |
	run subjects-without-rules 1 'subjects-without-rules.nbp:1:1: error: the subjects of this policy'
policy 'printf "deny read on {"; for (i = 0; i < 2600000; i++) print "\"/\","; print "}"' |
	run values-2600000 1 'more than 2500000 values'

# a million addresses in each family, and a policy beside them; then one value too many
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%d.%d.%d.%d\n", 1 + i % 223, i / 65536, i / 256 % 256, i % 256 }' >feed4
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "2001:%x:%x::/64\n", i % 4096, i / 4096 }' >feed6
full() { # full N: values of paths beside the feeds, whose rules have one port each
	policy 'print "net a = file \"feed4\"\nnet b = file \"feed6\""
	print "deny connect to a port tcp/443\ndeny connect to b port udp/443"
	printf "deny read on {"; for (i = 0; i < '"$1"'; i++) printf " \"/d%d/f%d\",", i % 997, i; print "}"'
}
full 499998 | run values-2500000 0 'well formed, 3 rules'
full 499999 | run values-2500001 1 'values-2500001.nbp:6:14: error: with this list the policy has more than 2500000 values'
policy 'for (i = 0; i < 1000000; i++) print "deny"' | run errors-1000000 1 'more errors, not shown'

names() { # names N, made to collide in the hash of the PATHS image
	echo 'policy t { seq 1 kernel >= 6.1 }'
	echo 'deny read on {'
	"$colliding" "$1" | sed 's/.*/"\/d\/&",/'
	echo '}'
}
spellings() { # spellings N of one name, which have one hash
	echo 'policy t { seq 1 } deny read on {'
	for name in secret Secret sEcret seCret secRet secrEt secreT SEcret SECret; do
		echo "\"/d/$name\","
	done | head -"$1"
	echo '}'
}
spellings 8 | run spellings-8 0 'well formed'
spellings 9 | run spellings-9 1 'differ in capital letters only'
names 20000 | run names-that-collide-20000 1 'collide on purpose'

# ---- general patterns: those of one rule do not multiply, those of many are bounded ----
policy 'printf "deny read on {"; for (i = 0; i < 2000; i++) printf " tree \"**/.secret_%d\",\n", i; print "}"' |
	run trees-anywhere-2000-in-one-rule 0 'well formed'
policy 'for (i = 0; i < 12; i++) printf "deny read on \"/**/.secret_%d/**\" for uid %d\n", i, i' |
	run below-anywhere-12 0 'well formed'
policy 'for (i = 0; i < 200; i++) printf "deny read on \"/**/.secret_%d/**\" for uid %d\n", i, i' |
	run below-anywhere-200 1 'the patterns of 200 rules multiply'
policy 'for (i = 0; i < 1000; i++) printf "deny read on tree \"**/.secret_%d\"\n", i' |
	run trees-anywhere-1000-of-one-kind 0 'well formed'
policy 'for (i = 0; i < 100; i++) printf "deny read on tree \"**/.secret_%d\" for uid %d\n", i, i % 2' |
	run trees-anywhere-100-of-two-kinds 0 'well formed'
policy 'for (i = 0; i < 1000; i++) printf "deny read on tree \"**/.secret_%d\" for uid %d\n", i, i % 2' |
	run trees-anywhere-1000-of-two-kinds 1 'the patterns of 1000 rules multiply'
policy 'for (i = 0; i < 8; i++) printf "deny read on \"/**/a_%d/**/b_%d\"\n", i, i' | run pairs-anywhere-8 0 'well formed'
policy 'for (i = 0; i < 40; i++) printf "deny read on \"/**/a_%d/**/b_%d\"\n", i, i' | run pairs-anywhere-40 1 '[NB0710]'
policy 'printf "deny read on {"; for (i = 0; i < 900; i++) printf " \"/**/a_%d/**/b_%d\",\n", i, i; print "}"' |
	run pairs-anywhere-in-one-rule 1 '[NB0710]'
policy 'printf "deny read on \"/**/a"; for (i = 0; i < 20; i++) printf "/*"; print "/b\""' | run distances-20 1 '[NB0710]'
policy 'for (i = 97; i < 123; i++) printf "deny read on \"/x/*%c*/y\"\n", i' | run middles-of-directories 1 'is in its widest one [NB0703]'
policy 'print "deny read on \"/x/*a????????????????b\""' | run distances-of-bytes 1 'is in its widest one [NB0703]'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/home/*/file_%d\"\n", i' | run names-behind-a-star-5000 0 'well formed'
policy 'for (i = 0; i < 5000; i++) printf "deny read on \"/home/*/*.ext_%d\"\n", i' | run suffixes-behind-a-star-5000 0 'well formed'
policy 'print "deny read on tree \"**/.git\", \"**/.ssh/id_*\", \"/home/*/.aws/**/c*\"" 
	for (i = 0; i < 50000; i++) printf "deny read on \"/d%d/e%d/f%d\"\n", i % 100, i % 1000, i' |
	run names-below-anywhere 0 'well formed, 50001 rules'
policy 'printf "deny read on {"; for (i = 0; i < 1000; i++) printf " \"/d%d/{a,b,c,d}{e,f,g,h}{i,j,k,l}{m,n,o,p}\",\n", i
	print "}"' | run alternatives-256000 1 'make more than 1000 patterns [NB0515]'
policy 'for (i = 0; i < 2000; i++) { printf "deny read on \"/d%d/", i; for (k = 0; k < 900; k++) printf "%s%d", k ? "," : "{x", k
	print "}/" sprintf("%0200d", 7) "\"" }' | run alternatives-of-many-rules 1 'values'
policy 'printf "deny read on \"/"; for (i = 0; i < 4000; i++) printf "{"; print "\""' | run braces-4000 1 'more than 8 deep'

# ---- for people: how the time grows ----
for n in 25000 100000; do
	rules $n >grow.nbp
	# shellcheck disable=SC2016 # times is of the inner shell
	sh -c '"$0" check grow.nbp >out 2>&1; times' "$netbpfc" | tail -1 | sed "s/^/     $n rules, user and system time: /"
done

echo "scale: $(grep -c ^ok results) passed, $(grep -c ^FAIL results) failed"
! grep -q ^FAIL results && grep -q ^ok results
