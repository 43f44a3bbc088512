#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# editors.sh   NETBPFC=path, abs_top_builddir: the completion for bash offers what
# netbpfc takes, no more and no less, and the syntax for vim knows every word
set -u
LC_ALL=C
export LC_ALL
. "$(dirname "$0")/netbpfc.sh"
build=${abs_top_builddir:?set abs_top_builddir to where editors/ was made}
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" && mkdir files || exit 3
passed=0 failed=0 skipped=0

good() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAIL $1"
}
same() { # same NAME: the files want and seen hold the same words
	tr ' ' '\n' <want | grep . | sort -u >want.words
	tr ' ' '\n' <seen | grep . | sort -u >seen.words
	if [ -s want.words ] && diff want.words seen.words >diff; then good; else
		bad "$1"
		cat diff
	fi
}
offers() { # offers WORD...: what bash offers for the last one
	bash -c 'cd files || exit; . "$0"; COMP_WORDS=(netbpfc "$@"); COMP_CWORD=$#; _netbpfc
		[ ${#COMPREPLY[@]} = 0 ] || printf "%s\n" "${COMPREPLY[@]}"' "$build/editors/netbpfc" "$@"
}

# ---- bash ----
if command -v bash >/dev/null; then
	touch files/web.nbp "files/with space.nbp"
	"$netbpfc" --help >help
	commands="compile $(sed -n 's/^  netbpfc \([a-z]*\) .*/\1/p' help | tr '\n' ' ')"
	{ echo "$commands"; echo web.nbp; } >want
	{ offers '' | grep -v space; } >seen
	same "bash: the commands"
	for command in $commands; do
		: >want
		[ "$command" = compile ] || "$netbpfc" "$command" --help >help
		for option in $(sed -n '/^options:/,/^$/s/^ *\(-[a-zA-Z], \)*\(--[a-z]*\).*/\2/p' help); do
			case $command$option in
			compile--check | compile--exe | compile--uid | compile--gid | compile--cgroup | compile--revalidate | compile--pub) continue ;;
			esac
			echo "$option" >>want
		done
		echo --version >>want
		offers "$command" -- >seen
		same "bash: the options of $command"
	done
	for form in $(offers --dump = ''); do
		echo 'policy t { seq 1 }' >t.nbp
		if "$netbpfc" --dump="$form" t.nbp >/dev/null; then good; else bad "bash: --dump $form"; fi
	done
	for when in $(offers check --color ''); do
		if "$netbpfc" check --color="$when" t.nbp >/dev/null; then good; else bad "bash: --color $when"; fi
	done
	sed -n 's/^DIAG([0-9]*, *\([a-z_]*\), WARNING.*/\1/p' "$top/compiler/base/diag.def" | tr _ - >warnings
	{ cat warnings; sed 's/^/no-/' warnings; echo all error; } >want
	offers check --warn '' >seen
	same "bash: the warnings"
	for warning in $(offers check -W); do
		if "$netbpfc" check "$warning" t.nbp >/dev/null; then good; else bad "bash: $warning"; fi
	done
	offers check -Werror = unused-n >seen
	echo unused-name >want
	same "bash: behind -Werror="
	for code in $(offers explain '' | grep -v nbp); do
		"$netbpfc" explain "$code" >/dev/null || bad "bash: explain $code"
	done
	sed -n 's/^DIAG(\([0-9]*\),.*/NB\1/p' "$top/compiler/base/diag.def" | sed 's/NB\(...\)$/NB0\1/' >want
	offers explain NB >seen
	same "bash: the codes"
	sed -n 's/^OP([A-Z_]*, *"\([a-z]*\)".*/\1/p' "$top/bpf-templates/ops.def" | sort -u >want
	offers explain web.nbp '' >seen
	same "bash: the operations"
	[ "$(offers -o web.tar with)" = "with space.nbp" ] && good || bad "bash: a file after an option with a value"
	[ -z "$(offers explain web.nbp read /x --uid '')" ] && good || bad "bash: a number is not guessed"
else
	skipped=$((skipped + 1))
	echo "skip bash: there is none"
fi

# ---- vim ----
group() { sed -n "s/^syn keyword netbpf$1 //p" "$build/editors/netbpf.vim"; }
sed -n '/keywords\[\] = {/,/^};/p' "$top/grammar/scan.l" | grep -o '"[a-z-]*"' | tr -d '"' >want
{ group Keyword; group Reserved; } | tr '\n' ' ' >seen
same "vim: the words of the scanner"
sed -n -e 's/^OP([A-Z_]*, *"\([a-z]*\)".*/\1/p' -e 's/^WORDS("\([a-z]*\)".*/\1/p' \
	"$top/bpf-templates/ops.def" "$top/bpf-templates/op_words.def" | sort -u >want
group Operation >seen
same "vim: the operations"
sed -n 's/^FIELD(\([a-z]*\),.*/\1/p' "$top/compiler/check/fields.def" >want
group Field >seen
same "vim: the fields"
sed -n 's/^PROTOCOL(\([a-z0-9]*\),.*/\1/p' "$top/compiler/check/protocols.def" >want
group Protocol >seen
same "vim: the protocols"
for group in $(sed -n 's/^syn [a-z]* \(netbpf[A-Za-z]*\).*/\1/p' "$build/editors/netbpf.vim" | sort -u); do
	if grep -q "^hi def link $group " "$build/editors/netbpf.vim"; then good; else bad "vim: $group has no colour"; fi
done
if vim --version 2>/dev/null | grep -q '+syntax'; then
	printf 'policy p { seq 1 }\ndeny read on "/a*" # x\n' >t.nbp
	cat >look.vim <<-EOF2
		syntax on
		source $build/editors/netbpf.vim
		call writefile(map([[1,1],[1,12],[1,16],[2,1],[2,6],[2,15],[2,17],[2,20]],
		  \\ 'synIDattr(synID(v:val[0], v:val[1], 1), "name")'), 'seen')
		qa!
	EOF2
	echo 'netbpfKeyword netbpfField netbpfNumber netbpfKeyword netbpfOperation netbpfString
		netbpfWildcard netbpfComment' | tr -d '\t' | tr ' ' '\n' >want
	vim -N -u NONE -es -S look.vim t.nbp </dev/null >/dev/null 2>&1
	if diff want seen; then good; else bad "vim: what it shows"; fi
else
	skipped=$((skipped + 1))
	echo "skip vim: there is none with syntax"
fi

echo "editors: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed != 0 ]
