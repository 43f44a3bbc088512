#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# structure.sh   rules of the house that a script can check: which folder may
# include which, sizes, forgotten marks, tests that are missing or not listed
set -u
cd "${abs_top_srcdir:-$(dirname "$0")/..}" || exit 3
failed=0

wrong() {
	echo "FAIL: $*"
	failed=$((failed + 1))
}

made='grammar/(parse\.[ch]|scan\.c)|bpf-templates/embedded\.c' # generated, if built in place
files() { # files FOLDER...: C sources of a folder, without those below
	find "$1" -maxdepth 1 \( -name '*.[chly]' -o -name '*.def' \) | grep -vxE "$made" | sort
}

# ---- who may include whom ----
abi='bpf-templates/abi.h bpf-templates/*.def'
layer() { # layer FOLDER PATTERN...: what its files may include beside their own
	folder=$1
	shift
	[ -n "$(files "$folder")" ] || wrong "$folder has no sources"
	for f in $(files "$folder"); do
		for header in $(sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$f"); do
			known=no
			for pattern in "$folder/*" "$@"; do
				case $header in $pattern) known=yes ;; esac
			done
			[ $known = yes ] || wrong "$f includes $header, which $folder may not know"
		done
	done
}

set -f # patterns are for case, not for file names
layer compiler/base
layer compiler/ast 'compiler/base/*'
layer grammar 'compiler/base/*' 'compiler/ast/*'
layer compiler/format 'compiler/base/*' 'compiler/ast/*' grammar/grammar.h
layer compiler/check 'compiler/base/*' 'compiler/ast/*' $abi
layer compiler/lower 'compiler/base/*' 'compiler/check/*' $abi
layer compiler/specialise 'compiler/base/*' 'compiler/lower/image.h' $abi bpf-templates/embedded.h bundles/error.h
layer compiler/assure 'compiler/base/*' 'compiler/check/*' compiler/lower/image.h compiler/lower/pieces.h $abi
layer compiler/driver 'compiler/*' 'grammar/*' 'bundles/*' $abi
layer bundles
layer runtime 'bundles/*' $abi 'bpf-templates/decide*.h'
set +f

only() { # only PATTERN FOLDERS-OR-FILES TEXT
	found=$(grep -rlE "$1" --include='*.[chly]' compiler grammar bundles runtime bpf-templates |
		grep -vxE "$made" | grep -vE "$2")
	[ -z "$found" ] || wrong "$3:" $found
}
only '#[[:space:]]*include[[:space:]]*<llvm-c/' '^compiler/specialise/' "llvm-c outside compiler/specialise"
only '#[[:space:]]*include[[:space:]]*<archive' '^bundles/tar_write\.c$' "libarchive outside bundles/tar_write.c"
only '#[[:space:]]*include[[:space:]]*<bpf/' '^(runtime|bpf-templates)/' "libbpf outside runtime and templates"
only '#[[:space:]]*include[[:space:]]*<sodium' '^(bundles|runtime)/' "libsodium outside bundles and runtime"
only '#[[:space:]]*include[[:space:]]*<nettle' '^bundles/sha256\.c$' "nettle outside bundles/sha256.c"
only '(^|[^a-z_])(exit|abort|_exit)\(' '^(compiler/base/arena|compiler/driver/main|compiler/specialise/specialise|runtime/main|runtime/provoke(_files)?)\.c$' \
	"ends the process outside main, the arena and children of its own"

# ---- sizes, heads, marks ----
all=$(find . \( -path ./.git -o -path './build*' -o -path './_*' -o -name autom4te.cache \) -prune -o -type f \
	\( -name '*.[chly]' -o -name '*.def' -o -name '*.sh' -o -name '*.mk' -o -name '*.nbp' -o -name '*.md' \
	-o -name '*.[158]' -o -name '*.ac' -o -name '*.am' -o -path ./check -o -path ./setup -o -path ./quickstart \
	-o -path ./.ci/run \) -print | sed 's#^\./##' | grep -vxE "$made" | sort)
for f in $all; do
	case $f in *.[chly] | *.sh)
		lines=$(wc -l <"$f")
		[ "$lines" -le 500 ] || wrong "$f has $lines lines; 500 is the ceiling, split it by subject"
		head -3 "$f" | grep -q 'SPDX-License-Identifier: ' || wrong "$f has no SPDX line at its top"
		;;
	esac
	# Written so that this file does not find itself.
	grep -nE '(TO[D]O|FIX[M]E|(^|[^X])XX[X]([^X]|$)|HAC[K]:)' "$f" /dev/null && wrong "$f: an unfinished mark"
	grep -nE '(^|[^a-zA-Z])(/wor[k]/|\.librar[y]|kmatri[x]|\.\./share[d]|research/[a-z])' "$f" /dev/null &&
		wrong "$f names a place outside the project"
	case $f in *.[chly]) grep -nE ' +$|^ {8}' "$f" /dev/null && wrong "$f: spaces where tabs belong, or at a line's end" ;; esac
done
odd=$(echo "$all" | grep -E '(^|[/_-])(utils?|helpers?|manager|common|misc)[._-]')
[ -z "$odd" ] || wrong "names that say nothing:" $odd

# ---- everything is listed ----
listed=$(cat Makefile.am ./*/local.mk ./*/*/local.mk)
for f in $(echo "$all" | grep -E '\.([chly]|def|nbp|sh|[158])$'); do
	base=$f
	case $f in tests/golden/* | tests/format/* | tests/guest/* | tests/bench/* | tests/bypass/*) continue ;; tests/*.c) base=${f%.c} ;; esac
	echo "$listed" | grep -qF "$base" || wrong "$f is in no local.mk"
done

# ---- numbers of the kernel's types: the loader keeps one, NB_CAST_TYPE ----
numbers=$(grep -n 'bpf_core_type_id_kernel' bpf-templates/*.[ch] | grep -v 'struct NB_CAST_TYPE')
[ -z "$numbers" ] || wrong "runtime/core_types.c does not keep these numbers:" "$numbers"

# ---- manual pages ----
for page in netbpfc.1 netbpf-load.8 netbpf-policy.5 netbpf-bundle.5; do
	[ -e "man/$page" ] || wrong "man/$page is missing"
done
for word in $(sed -n 's/^OP([A-Z]*, *"\([a-z]*\)".*/\1/p' bpf-templates/ops.def) \
	$(sed -n 's/^WORDS("\([a-z]*\)".*/\1/p' bpf-templates/op_words.def); do
	grep -qw "$word" man/netbpf-policy.5 || wrong "man/netbpf-policy.5 does not speak of $word"
done

# ---- what the programs are linked with ----
if [ -n "${abs_top_builddir-}" ] && [ -x "$abs_top_builddir/netbpf-load" ]; then
	inside=$(nm "$abs_top_builddir/netbpf-load" | grep -E ' T (archive_|LLVM|bundle_write|bundle_sign|secret_key_|keygen$|yyparse|policy_)' | head -3)
	[ -z "$inside" ] || wrong "netbpf-load holds what it should not:" $inside
fi

[ $failed = 0 ] || echo "structure.sh: $failed wrong"
[ $failed = 0 ]
