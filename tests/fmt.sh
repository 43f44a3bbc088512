#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fmt.sh [--update]   NETBPFC=path: the canonical form. format/NAME.nbp must become
# format/NAME.fmt; whatever parses among the golden policies, the examples and the
# manual's must come out as the same AST with all of its comments, give the same
# images, and come out of itself. Then the command: files are rewritten wholly or not
# at all. --update writes the .fmt files.
set -u
LC_ALL=C
export LC_ALL
. "$(dirname "$0")/netbpfc.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
update=${1-}
work=$(mktemp -d) || exit 3
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" || exit 3
if grep -q __asan_init "$netbpfc"; then
	echo "SKIP: fmt: each policy is read, laid out and compiled several times; fuzz_format is built with sanitizers"
	exit 77
fi
passed=0 failed=0 skipped=0 same_ast=0 same_image=0

good() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAIL $1"
	[ ! -s out ] || head -12 out | cut -c1-200
}
is() { # is NAME COMMAND...
	what=$1
	shift
	if "$@" >out 2>&1; then good; else bad "$what: not so: $*"; fi
}
gives() { # gives NAME STATUS TEXT COMMAND...
	what=$1 want=$2 text=$3
	shift 3
	"$@" >out 2>&1 </dev/null
	status=$?
	if [ $status = "$want" ] && grep -qF -e "$text" out; then good; else
		bad "$what: exit status $status, expected $want and '$text'"
	fi
}

# ---- how it looks ----
for file in "$top"/tests/format/*.nbp; do
	name=$(basename "$file" .nbp)
	shape=$top/tests/format/$name.fmt
	"$netbpfc" fmt <"$file" >laid 2>out || bad "$name: fmt fails"
	[ "$update" != --update ] || cp laid "$shape"
	if diff -u "$shape" laid >out; then good; else bad "$name"; fi
done

# ---- what it must not change ----
comments() { # without strings, in which '#' is nothing special
	sed -e 's/"\(\\.\|[^"\\]\)*"//g' -e 's/^[^#]*//' -e 's/[ 	]*$//' "$1" | grep . | sort
}
dump() { # dump FORM FILE, without the lines that statements have
	"$netbpfc" --dump="$1" "$2" 2>/dev/null | sed 's/^[0-9]*: //'
}
keeps() { # keeps FILE: the policy in before/, and its form in after/
	(
		"$netbpfc" fmt "after/$1" 2>out || exit 77
		"$netbpfc" fmt --check "after/$1" >out 2>&1 || {
			echo "FAIL $1: its form is not canonical"
			exit 1
		}
		comments "before/$1" >comments
		comments "after/$1" | diff comments - >out || {
			echo "FAIL $1: comments"
			exit 1
		}
		(cd "before/$(dirname "$1")" && dump ast "$(basename "$1")") >tree
		(cd "after/$(dirname "$1")" && dump ast "$(basename "$1")") | diff tree - >out || {
			echo "FAIL $1: another AST"
			exit 1
		}
		"$netbpfc" --dump=image "before/$1" >image 2>/dev/null || exit 78
		"$netbpfc" --dump=image "after/$1" 2>/dev/null | diff image - >out || {
			echo "FAIL $1: another image"
			exit 1
		}
	)
	case $? in
	0) same_ast=$((same_ast + 1)) same_image=$((same_image + 1)) ;;
	77) grep -q 'would become another policy' out && bad "$1: another policy" ;;
	78) same_ast=$((same_ast + 1)) ;;
	*) bad "$1" ;;
	esac
}
mkdir -p before/manual/common before/manual/feeds
cp -R "$top/tests/golden" "$top/examples" before/
cp "$top"/tests/format/*.nbp before/golden/
echo 'paths included = "/etc/shadow"' >before/manual/common/secrets.nbp
echo 192.0.2.0/24 >before/manual/feeds/blocked.txt
sed -n '/^\.Bd -literal -offset indent$/,/^\.Ed$/p' "$top/man/netbpf-policy.5" |
	sed -e '/^\.[BE]d/d' -e 's/\\e/\\/g' >before/manual/manual.nbp
chmod -R u+w before && cp -R before after
for file in before/*/*.nbp; do
	keeps "${file#before/}"
done
# far fewer would mean that the dumps themselves fail
[ $same_ast -ge 80 ] && [ $same_image -ge 30 ] && good ||
	bad "only $same_ast policies keep their AST, $same_image their image"

# What is attached to a kernel, byte by byte
unpack() { # unpack POLICY FOLDER
	mkdir "$2" && "$netbpfc" "$1" -o "$2.tar" 2>out && tar xf "$2.tar" -C "$2"
}
for name in web; do
	is "$name: the policy compiles" unpack before/examples/$name.nbp $name.before
	is "$name: its form compiles" unpack after/examples/$name.nbp $name.after
	# the one with the rules' texts and lines, for messages
	is "$name: the same programs" diff -r $name.before/bpf $name.after/bpf
	rm -f $name.before/maps/meta.img $name.after/maps/meta.img
	is "$name: the same maps" diff -r $name.before/maps $name.after/maps
done

# ---- the command ----
mkdir d && cd d || exit 3
printf 'policy  t { seq 1 }\n\n\n\n# c\ndeny read   on "/a"\n' >odd
printf 'policy t { seq 1 }\n\n# c\ndeny read on "/a"\n' >even
printf 'policy t { seq 1 }\ndeny  read on\n' >wrong
cp odd a.nbp
gives "--check names the file and line" 1 'a.nbp:1: not in canonical form' "$netbpfc" fmt --check a.nbp
gives "--check shows what is expected" 1 '+ policy t { seq 1 }' "$netbpfc" fmt --check a.nbp
is "--check writes nothing" cmp odd a.nbp
is "--check of a good file" "$netbpfc" fmt --check even
is "--check of a good file is silent" test ! -s out
printf 'policy t { seq 1 }' >short
gives "--check of a missing line feed" 1 'short:1: not' "$netbpfc" fmt --check short
printf 'policy t { seq 1 }\n\n' >long
gives "--check of empty lines at the end" 1 'long:2: not' "$netbpfc" fmt --check long
chmod 640 a.nbp
ln -s a.nbp link.nbp
is "in place, through a link" "$netbpfc" fmt link.nbp
is "in place: silent" test ! -s out
is "in place: the form" cmp even a.nbp
is "in place: the link stays" test -h link.nbp
is "in place: the mode stays" test "$(stat -c %a a.nbp)" = 640
inode=$(stat -c %i a.nbp)
is "a canonical file" "$netbpfc" fmt a.nbp
is "a canonical file is not touched" test "$(stat -c %i a.nbp)" = "$inode"
if [ "$(id -u)" = 0 ]; then
	cp odd owned.nbp && chown 12345:54321 owned.nbp && chmod 4755 owned.nbp
	is "owner: rewritten" "$netbpfc" fmt owned.nbp
	is "owner: kept, mode too" test "$(stat -c %u:%g:%a owned.nbp)" = 12345:54321:4755
else
	skipped=$((skipped + 1))
fi
cp odd b.nbp && cp wrong c.nbp && cp odd e.nbp
gives "one that does not parse" 1 "c.nbp:3:1: error" "$netbpfc" fmt b.nbp c.nbp e.nbp
is "one that does not parse stays" cmp wrong c.nbp
is "those before it are laid out" cmp even b.nbp
is "those behind it too" cmp even e.nbp
is "standard input" sh -c '"$1" fmt - <odd | cmp even -' - "$netbpfc"
is "standard input, unnamed, from a pipe" sh -c 'cat odd | "$1" fmt | cmp even -' - "$netbpfc"
is "--check of standard input" sh -c '"$1" fmt --check <odd | grep "^standard input:1: "' - "$netbpfc"
is "a wrong standard input gives nothing" sh -c '[ -z "$("$1" fmt <wrong 2>/dev/null)" ]' - "$netbpfc"
is "an empty text stays empty" sh -c '[ -z "$("$1" fmt </dev/null)" ]' - "$netbpfc"
is "only a comment" sh -c '[ "$(printf "\n\n  # x  " | "$1" fmt)" = "# x" ]' - "$netbpfc"
if [ -e /dev/full ]; then
	gives "a full disk" 3 "cannot write to standard output" sh -c '"$1" fmt <odd >/dev/full' - "$netbpfc"
fi
gives "a missing file" 3 "cannot read 'none.nbp': no such file" "$netbpfc" fmt none.nbp
gives "a folder" 3 "it is a directory" "$netbpfc" fmt .
gives "a device" 3 "it is not a plain file" "$netbpfc" fmt /dev/null
cp odd twin.nbp && ln twin.nbp other.nbp
gives "a file with two names" 3 "it has 2 names" "$netbpfc" fmt twin.nbp
is "a file with two names stays" cmp odd twin.nbp
{ cat odd; yes '# text' | head -1000; } >much
cp much f.nbp
gives "no room for the new file" 3 "writing the new file" sh -c 'trap "" XFSZ; ulimit -f 4; "$1" fmt f.nbp' - "$netbpfc"
is "no room: the old one stays" cmp much f.nbp
if [ "$(id -u)" != 0 ]; then
	mkdir closed && cp odd closed/g.nbp && chmod 555 closed
	gives "a closed folder" 3 "making a file beside it" "$netbpfc" fmt closed/g.nbp
	is "a closed folder: the file stays" cmp odd closed/g.nbp
else
	skipped=$((skipped + 1))
fi
is "nothing is left beside them" sh -c '[ -z "$(find . -name ".netbpf*")" ]'
gives "an option of another command" 2 "'fmt' does not take --json" "$netbpfc" fmt --json odd

echo "fmt: $passed passed, $failed failed, $skipped skipped; $same_ast of the same AST, $same_image of the same image"
[ $failed = 0 ]
