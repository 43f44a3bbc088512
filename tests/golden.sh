#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Golden tests of the compiler's front: golden/NAME.nbp (or NAME.gen, a script that
# prints one, and may make files beside it) and what it must give:
#   NAME.ast NAME.policy NAME.image   standard output of --dump=..., exit status 0
#   NAME.err                          standard error of --dump=policy; exit status 1
#                                     unless there is a NAME.policy too
#   NAME.image-err                    standard error of --dump=image, exit status 1
#   NAME.lint                         the same with exit status 0: warnings of both
#   NAME.test                         standard output of netbpfc test, exit status 1
#                                     if it holds a FAIL
#   NAME.ways                         standard error of check -Wno-all -Wopen-way
#   NAME.explain                      what explain says of each line of NAME.ask, as text
#                                     and as JSON
# A case without NAME.err must be silent. Every diagnostic of diag.def must appear,
# the examples must compile in silence, and those of the manual at all. --update rewrites what exists; for a new
# case, create the empty files that it shall have.
set -u
LC_ALL=C
export LC_ALL

top=$(cd "$(dirname "$0")/.." && pwd) || exit 3
. "$(dirname "$0")/netbpfc.sh"
update=
case ${1-} in
'') ;;
--update) update=yes ;;
*)
	echo "usage: golden.sh [--update]" >&2
	exit 2
	;;
esac

tmp=$(mktemp -d) || exit 3
trap 'rm -rf "$tmp"' EXIT
trap 'exit 3' HUP INT TERM
passed=0 failed=0

good() { passed=$((passed + 1)); }
bad() {
	echo "FAIL $1"
	failed=$((failed + 1))
}

# compare NAME EXPECTED SEEN
compare() {
	[ -n "$update" ] && cp "$3" "$2"
	if diff -u "$2" "$3" >"$tmp/diff"; then
		good
	else
		bad "$1"
		cat "$tmp/diff"
	fi
}

# run STAGE NAME STATUS, in the folder that has NAME.nbp
run() {
	"$netbpfc" --dump="$1" "$2.nbp" >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ "$status" = "$3" ] || bad "$2: --dump=$1 exits with $status instead of $3"
	if [ "$3" != 0 ] && [ -s "$tmp/out" ]; then
		bad "$2: --dump=$1 failed, but printed a dump"
	fi
}

# explain NAME <QUESTIONS
explain() {
	set -f
	while read -r question; do
		echo "\$ explain $1.nbp $question"
		# shellcheck disable=SC2086
		"$netbpfc" explain "$1.nbp" $question || echo "exit status $?"
		# shellcheck disable=SC2086
		"$netbpfc" explain "$1.nbp" $question --json || echo "exit status $?"
		echo
	done
	set +f
}

check() {
	name=$1 base=$2 any=
	for stage in ast policy image; do
		[ -e "$base.$stage" ] || continue
		any=yes
		run $stage "$name" 0
		compare "$name.$stage" "$base.$stage" "$tmp/out"
		if [ -s "$tmp/err" ] && ! [ -e "$base.err" ] && ! [ -e "$base.lint" ]; then
			bad "$name: --dump=$stage is not silent"
			cat "$tmp/err"
		fi
	done
	if [ -e "$base.err" ]; then
		any=yes
		if [ -e "$base.policy" ]; then run policy "$name" 0; else run policy "$name" 1; fi
		compare "$name.err" "$base.err" "$tmp/err"
	fi
	if [ -e "$base.image-err" ]; then
		any=yes
		run image "$name" 1
		compare "$name.image-err" "$base.image-err" "$tmp/err"
	fi
	if [ -e "$base.test" ]; then
		any=yes
		"$netbpfc" test "$name.nbp" >"$tmp/out" 2>"$tmp/err"
		status=$?
		grep -q '^FAIL' "$tmp/out"
		[ $status != $? ] || bad "$name: test exits with $status"
		compare "$name.test" "$base.test" "$tmp/out"
	fi
	if [ -e "$base.explain" ]; then
		any=yes
		explain "$name" <"$base.ask" >"$tmp/out" 2>&1
		compare "$name.explain" "$base.explain" "$tmp/out"
		grep '^{' "$tmp/out" >"$tmp/json"
		if command -v python3 >/dev/null && ! python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)' <"$tmp/json"; then bad "$name: explain --json is no JSON"; fi
	fi
	if [ -e "$base.lint" ]; then
		any=yes
		run image "$name" 0
		compare "$name.lint" "$base.lint" "$tmp/err"
	fi
	if [ -e "$base.ways" ]; then
		any=yes
		"$netbpfc" check -Wno-all -Wopen-way "$name.nbp" 2>"$tmp/err" >/dev/null || bad "$name: check fails"
		compare "$name.ways" "$base.ways" "$tmp/err"
	fi
	[ -n "$any" ] || bad "$name: there is nothing to compare with"
}

cd "$top/tests/golden" || exit 3
for file in *.nbp; do
	check "${file%.nbp}" "$top/tests/golden/${file%.nbp}"
done
for file in *.gen; do
	name=${file%.gen}
	cd "$tmp" && sh "$top/tests/golden/$file" >"$name.nbp"
	cd "$tmp" && check "$name" "$top/tests/golden/$name"
	cd "$top/tests/golden" || exit 3
done

cat ./*.err ./*.image-err ./*.test ./*.lint ./*.ways >"$tmp/all" 2>/dev/null
for number in $(sed -n 's/^DIAG(\([0-9]*\),.*/\1/p' "$top/compiler/base/diag.def"); do
	code=$(printf 'NB%04d' "$number")
	if grep -q "\[$code[] ]" "$tmp/all"; then good; else bad "$code: no golden test shows it"; fi
done

cd "$top/examples" || exit 3
for file in *.nbp; do
	name=${file%.nbp}
	run image "$name" 0
	if [ -s "$tmp/err" ]; then
		bad "examples/$file is not silent"
		cat "$tmp/err"
	else
		good
	fi
	if "$netbpfc" test "$file" >"$tmp/out" 2>&1 && ! grep -q '^0 passed' "$tmp/out"; then
		good
	else
		bad "examples/$file: its tests fail, or it has none"
		cat "$tmp/out"
	fi
done

# the examples of the manual are one policy
sed -n '/^\.Bd -literal -offset indent$/,/^\.Ed$/p' "$top/man/netbpf-policy.5" |
	sed -e '/^\.[BE]d/d' -e 's/\\e/\\/g' >"$tmp/manual.nbp"
cd "$tmp" || exit 3
mkdir -p common feeds
echo 'paths included = "/etc/shadow"' >common/secrets.nbp
echo 192.0.2.0/24 >feeds/blocked.txt
run image manual 0
if grep error "$tmp/err"; then bad "man/netbpf-policy.5: its examples do not compile"; else good; fi
if "$netbpfc" test manual.nbp >"$tmp/out" 2>/dev/null; then good; else
	bad "man/netbpf-policy.5: its tests fail"
	cat "$tmp/out"
fi

# the example of the README
sed -n '/^policy web-tier {/,/^```$/p' "$top/README.md" | grep -v '^```$' >"$tmp/readme.nbp"
run image readme 0
if [ -s "$tmp/readme.nbp" ] && [ ! -s "$tmp/err" ]; then good; else
	bad "README.md: its example is not there, or not silent"
	cat "$tmp/err"
fi

echo "golden: $passed passed, $failed failed"
[ "$failed" = 0 ]
