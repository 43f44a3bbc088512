#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# ways.sh   NETBPFC=path/to/netbpfc: whatever stays open in docs/bypass-files.md and
# docs/bypass-net.md is named in docs/limits.md, and a rule of the kind that it was tried
# against gets the warning open-way in those words. And the other way round: of each way
# of ways.def the words are in docs/limits.md, and some row stays open by it.
set -u
LC_ALL=C
export LC_ALL

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
. "$(dirname "$0")/netbpfc.sh"
tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
trap 'exit 3' HUP INT TERM
cd "$tmp" || exit 3
passed=0 failed=0
good() { passed=$((passed + 1)); }
bad() { failed=$((failed + 1)); echo "FAIL $1"; }

tr '\n' ' ' <"$top/docs/limits.md" | tr -s ' ' >limits
tr -s ' ' <"$top/compiler/assure/ways.def" | sed -n 's/^WAY([^"]*"\([^"]*\)",*$/\1/p' >ways
[ "$(wc -l <ways)" = "$(grep -c '^WAY(' "$top/compiler/assure/ways.def")" ] || bad "ways.def has a line that ways.sh cannot read"

# warned RULE WORDS: is that said of the rule?
warned() {
	printf 'policy p { seq 1 kernel >= 6.1 }\n%s\n' "$1" >p.nbp
	"$netbpfc" check -Wno-all -Wopen-way p.nbp >/dev/null 2>said || { bad "'$1' is refused"; return 1; }
	grep '= help: docs/limits.md: ' said | grep -qF -- "$2"
}

# the rules of docs/bypass-files.md, by its second column
rule() {
	case $1 in
	worker) echo 'deny read on tree "/x" except for not exe "/usr/bin/worker"' ;;
	agent) echo 'deny read on tree "/x" except for exe "/usr/bin/agent"' ;;
	group) echo 'deny read on tree "/x" for gid 2000' ;;
	scoped) printf 'subject s = uid 5\nscope s {\ndefault deny read\nallow read on tree "/x"\n}\n' ;;
	uid) echo 'deny read on tree "/x" for uid 1000' ;;
	box) echo 'deny read on tree "/x" for cgroup "/box"' ;;
	again) echo 'deny read, write on tree "/x" revalidate' ;;
	rewrite) echo 'deny write on tree "/x" revalidate' ;;
	*) echo "deny $1 on tree \"/x\"" ;;
	esac
}

# Rows with an o in a kernel's column, or with "open" in one.
awk -F' *[|] *' '/^\| `/ { for (i = 5; i <= NF - 2; i++) if ($i ~ /^(o\/|.*\/o$)/) { print $2 "\t" $3 "\t" $(NF - 1); next } }' \
	"$top/docs/bypass-files.md" | tr -d '`' >files
awk -F' *[|] *' '/^\| `/ { for (i = 5; i < NF; i++) if ($i ~ /open/) { print $2 "\t" $3; next } }' \
	"$top/docs/bypass-net.md" | tr -d '`' >net
[ -s files ] && [ -s net ] || bad "a table has no row that stays open, or another form"

tab=$(printf '\t')
while IFS=$tab read -r name op words; do
	[ -n "$words" ] || { bad "$name stays open, and the table does not say by what words"; continue; }
	grep -qF -- "$words" limits && good || bad "$name: docs/limits.md does not say '$words'"
	warned "$(rule "$op")" "$words" && good || bad "$name: no warning of '$(rule "$op")' says '$words'"
	echo "$words" >>met
done <files
while IFS=$tab read -r name op; do
	case $op in
	socket) rule='deny socket on packet' ;;
	bind) rule='deny bind on port tcp/80' ;;
	*) rule="deny $op to 192.0.2.1 for uid 1000" ;;
	esac
	grep -qF -- "\`$name\`" limits && good || bad "$name stays open, and docs/limits.md does not name it"
	warned "$rule" "\`$name\`" && good || bad "$name: no warning of '$rule' names it"
	echo "\`$name\`" >>met
done <net
while read -r words; do
	one=${words%%,*}
	grep -qF -- "$one" limits && good || bad "ways.def: docs/limits.md does not say '$one'"
	grep -qF -- "$one" met && good || bad "ways.def: nothing stays open by '$one'"
done <ways

echo "ways: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
