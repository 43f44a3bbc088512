#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# explanations.sh   NETBPFC=path/to/netbpfc: every diagnostic of diag.def is explained;
# its wrong example gives that code and no other, its right one compiles in silence.
# In the examples \xNN is that byte, and a line that ends in
# "# for each N from A to B" stands for as many, with the number for each N.
set -u
LC_ALL=C
export LC_ALL
. "$(dirname "$0")/netbpfc.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
texts=$top/compiler/driver/explanations.txt
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" || exit 3
if grep -q __asan_init "$netbpfc"; then
	echo "SKIP: explanations: texts; what is compiled here, the golden policies compile with sanitizers"
	exit 77
fi
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAIL $1"
	[ ! -e err ] || sed 's/^/     | /' err | cut -c1-200 | head -6
}

example() { # example wrong|right <explanation >policy
	awk -v which="$1" '
	function put(line,    out, hex, at) {
		while ((at = match(line, /\\x[0-9a-f][0-9a-f]/))) {
			hex = "0123456789abcdef"
			out = out substr(line, 1, at - 1) sprintf("%c", \
				(index(hex, substr(line, at + 2, 1)) - 1) * 16 + \
				index(hex, substr(line, at + 3, 1)) - 1)
			line = substr(line, at + 4)
		}
		print out line
	}
	$0 ~ "^" which "( .*)?:$" { on = 1; next }
	/^$/ { on = 0 }
	on && !/^    / { exit 1 }
	!on { next }
	match($0, / *# for each N from [0-9]+ to [0-9]+$/) {
		n = split(substr($0, RSTART), word, " ")
		line = substr($0, 5, RSTART - 5)
		for (i = word[n - 2] + 0; i <= word[n] + 0; i++) {
			copy = line
			gsub(/N/, i, copy)
			put(copy)
		}
		next
	}
	{ put(substr($0, 5)) }'
}

others() { # the files that wrong.nbp holds behind "# in NAME:", and those that it only names
	rm -rf others
	mkdir others
	awk '
	BEGIN { file = "wrong.nbp" }
	/^# in .*:$/ { file = substr($3, 1, length($3) - 1); next }
	match($0, /^# and so on, to [0-9]+/) {
		for (n = 2; n < $6 + 0; n++)
			print "include \"" n + 1 ".nbp\"" >("others/" n ".nbp")
		next
	}
	{ print >("others/" file) }' wrong.nbp
	sed -n 's/^include "\([^"/]*\)".*/\1/p' others/*.nbp | sort -u |
		while read -r name; do [ -e "others/$name" ] || : >"others/$name"; done
	rm -f ./[0-9]*.nbp
	mv others/* .
}

check() { # check CODE NAME
	rm -f err
	"$netbpfc" explain "$1" >text 2>&1 || { bad "$1: explain fails"; return; }
	"$netbpfc" explain "$2" | cmp -s - text || bad "$2: another text than $1"
	head -1 text | grep -q "^$1 $2: .* (error\|warning)\$" || bad "$1: no title"
	grep -q '^fix: .' text || bad "$1: the fix is missing"
	grep -q "^wrong.*:$" text && [ "$(sed -n 3p text | wc -w)" -ge 5 ] || bad "$1: its meaning is missing"
	example wrong <text >wrong.nbp || bad "$1: the wrong example is not indented"
	example right <text >right.nbp || bad "$1: the right example is not indented"
	if grep -q '^wrong (needs another file):$' text; then others; fi

	want=1 show=
	head -1 text | grep -q ' (warning)$' && want=0 show=-W$2
	timeout 60 "$netbpfc" check wrong.nbp $show >/dev/null 2>err
	status=$?
	seen=$(sed -n 's/.*: \(error\|warning\): .* \[\(NB[0-9]*\).*\]$/\2/p' err | sort -u)
	if [ "$status" = $want ] && [ "$seen" = "$1" ]; then
		good
	else
		bad "$1: the wrong example exits with $status and gives '$(echo $seen)'"
	fi
	timeout 60 "$netbpfc" check right.nbp $show >/dev/null 2>err
	status=$?
	if [ -s right.nbp ] && [ $status = 0 ] && ! [ -s err ]; then
		good
	else
		bad "$1: the right example exits with $status, or is not silent"
	fi
}

sed -n 's/^DIAG(\([0-9]*\), *\([a-z0-9_]*\),.*/\1 \2/p' "$top/compiler/base/diag.def" |
	awk '{ gsub("_", "-", $2); printf "NB%04d %s\n", $1, $2 }' >codes
[ -s codes ] || bad "diag.def has no codes"
while read -r code name; do
	check "$code" "$name"
done <codes

rm -f err
sed -n 's/^= //p' "$texts" >titles
sed 's/^[^ ]* //' codes | cmp -s - titles || bad "explanations.txt has other parts, or another order, than diag.def"
grep -n '[^ -~]' "$texts" >err && bad "explanations.txt holds bytes that are not printable ASCII"
rm -f err

echo "explanations: $passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
