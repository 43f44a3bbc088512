#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# table.sh KERNEL=RESULTS...    docs/bypass-net.md from the RESULT lines of net.run
# table.sh --check RESULTS...   fails for each attempt that is open, but not named in
#                               docs/limits.md, or that has no result at all
set -eu
here=$(cd "$(dirname "$0")" && pwd)
limits=$here/../../docs/limits.md

attempts() { # NAME|OPERATION|TEXT
	all | grep -v '^free_'
}

all() {
	sed -nE 's/^ATTEMPT\((\w+), \w+, \w+, \w+, (\w+), "(.*)"\)$/\1|\2|\3/p' "$here/net.def"
}

if [ "${1-}" = --check ]; then
	shift
	bad=0
	for results; do
		for name in $(all | cut -d'|' -f1); do
			verdict=$(sed -n "s/^ *RESULT $name //p" "$results")
			case $name,$verdict in
			free_*,open* | free_*,absent*) ;;
			free_*) echo "FAIL: $name is to be let through: $verdict"; bad=1 ;;
			*,open*) grep -q "\`$name\`" "$limits" ||
				{ echo "FAIL: $name is open, and docs/limits.md does not name it"; bad=1; } ;;
			*,blocked* | *,absent*) ;;
			*) echo "FAIL: $name has no result in $results"; bad=1 ;;
			esac
		done
	done
	exit $bad
fi

cat <<'EOM'
# Ways past network rules

Made by `tests/bypass/table.sh` from what guests printed; do not edit. Each row is something that a program
tried against a rule that denies its operation on that address or port. Without the rule every one of them gets
through, or is marked — and explained below. `EPERM`: the call fails. `dropped`: no packet leaves. **open**: it
gets through; docs/limits.md says why.

EOM
printf '| attempt | operation | what is tried |'
rule='|---|---|---|'
for pair; do
	printf ' %s |' "${pair%%=*}"
	rule="$rule---|"
done
printf '\n%s\n' "$rule"
attempts | while IFS='|' read -r name operation text; do
	printf '| `%s` | %s | %s |' "$name" "$operation" "$text"
	for pair; do
		verdict=$(sed -n "s/^ *RESULT $name //p" "${pair#*=}")
		case $verdict in
		'blocked '*) printf ' %s |' "${verdict#blocked }" ;;
		open*) printf ' **open** |' ;;
		absent*) printf ' — |' ;;
		*) printf ' ? |' ;;
		esac
	done
	echo
done
printf '\nNot there:\n\n'
attempts | while IFS='|' read -r name operation text; do
	for pair; do
		why=$(sed -n "s/^ *RESULT $name absent //p" "${pair#*=}")
		[ -z "$why" ] || echo "- \`$name\` on ${pair%%=*}: $why"
	done
done
