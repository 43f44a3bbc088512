#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# cli.sh   NETBPFC=path/to/netbpfc: what its command line promises, and what it
# does with input that nobody should give it: the right exit code, one message
# that says what and how to mend it, and nothing left behind
set -u
. "$(dirname "$0")/netbpfc.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 3
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" || exit 3
mkdir out
unset SOURCE_DATE_EPOCH
passed=0 failed=0 skipped=0

ok() {
	passed=$((passed + 1))
	echo "ok   $1"
}

bad() { # bad NAME WHY
	failed=$((failed + 1))
	echo "FAIL $1: $2"
	sed 's/^/     | /' stderr | cut -c1-300 | head -8
}

skip() { # skip NAME WHY
	skipped=$((skipped + 1))
	echo "skip $1: $2"
}

is() { # is NAME COMMAND...: the command succeeds
	name=$1
	shift
	: >stderr
	if "$@" >/dev/null 2>>stderr; then ok "$name"; else bad "$name" "not so: $*"; fi
}

# gives NAME CODE PATTERN ARGUMENT...: exit code and what it says, stderr and
# stdout together; out/ must be as it was before, unless the code is 0
gives() {
	name=$1 want=$2 pattern=$3
	shift 3
	ls -lA --time-style=full-iso out >before
	timeout 60 "$netbpfc" "$@" >stdout 2>stderr </dev/null
	code=$?
	ls -lA --time-style=full-iso out >after
	if [ $code != "$want" ]; then
		bad "$name" "exit code $code, not $want"
	elif ! cat stdout stderr | grep -qE -e "$pattern"; then
		bad "$name" "the message lacks '$pattern'"
	elif [ "$want" != 0 ] && [ "$(wc -c <stderr)" -gt 20000 ]; then
		bad "$name" "the message has $(wc -c <stderr) bytes"
	elif [ "$want" != 0 ] && ! cmp -s before after; then
		bad "$name" "something was left in the output's folder"
	elif LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" stdout stderr; then
		bad "$name" "control characters reach the terminal"
	else
		ok "$name"
	fi
}

repeat() { # repeat COUNT TEXT
	awk -v n="$1" -v s="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%s", s }'
}

# for one kind of kernel: what all kinds take is k515.nbp's
head='policy cli-test { seq 1 kernel >= 6.12 }'
cat >good.nbp <<EOF
$head
paths secrets = { "/etc/shadow", tree "/etc/ssl/private" }
subject web = exe "/usr/sbin/nginx" and cgroup "/web"
deny read, write on secrets except for uid 0 as secrets-stay
deny connect to { 169.254.169.254, fd00::/8 } port { tcp/80, udp/53 } for web
audit connect to anywhere port tcp/25
EOF

# ---- the command line ----
gives "--help"                     0 "netbpfc explain POLICY"      --help
gives "help of one command"        0 "--cgroup PATH"               explain --help
gives "--version"                  0 "^netbpfc [0-9]"              --version
gives "no argument"                2 "what should be compiled"
gives "unknown option"             2 "unknown option '--outptu'"   good.nbp --outptu out/x.tar
gives "unknown short option"       2 "unknown option '-z'"         -z good.nbp
gives "value of a flag"            2 "unknown option '--help=1'"   --help=1
gives "option without its value"   2 "--output needs a value"      good.nbp -o
gives "option instead of a value"  2 "--output needs a value"      good.nbp -o --key k
gives "option given twice"         2 "more than once"              good.nbp -o out/a -o out/b
gives "option of another command"  2 "'check' does not take --key" check good.nbp --key k
gives "a word too many"            2 "'b.nbp' is one word too many" check good.nbp b.nbp
gives "misspelt command"           2 "'chekc' is no command"       chekc good.nbp
gives "a command without operand"  2 "missing: netbpfc check POLICY" check
gives "no -o"                      2 "Add -o BUNDLE"               good.nbp
gives "empty -o"                   2 "name of a file, not ''"      good.nbp -o ''
gives "unknown --dump"             2 "ast, policy or image"        --dump=llvm good.nbp
gives "--dump and -o"              2 "leave out -o"                --dump=ast good.nbp -o out/x.tar
gives "control characters in an argument" 3 'x01y'                 "$(printf 'x\001y')" -o out/x.tar

# ---- the policy file ----
mkdir folder
: >empty.nbp
head -c 100000 "$netbpfc" >binary.nbp
printf '%s\ndeny read on "/a"\000\ndeny read on "/b"\n' "$head" >nul.nbp
printf '%s\n# \200\n' "$head" >latin.nbp
{ echo "$head"; printf 'deny read on "/'; repeat 1000000 a; echo '"'; } >component.nbp
{ echo "$head"; printf 'deny read on '; repeat 60000 '"/a" nonsense '; echo; } >line.nbp
{ echo "$head"; printf 'paths p = '; repeat 100000 '{ '; } >braces.nbp
{ echo "$head"; printf 'deny read on "/a" for '; repeat 100000 '('; } >parens.nbp
{ echo "$head"; printf 'deny read on "/a" for '; repeat 100000 'not '; echo 'uid 1'; } >nots.nbp
{ echo "$head"; printf 'deny read on "/a" for uid 1'; repeat 100000 ' or uid 1'; echo; } >ors.nbp
{ echo "$head"; printf 'deny read on "/a" for uid 1'; repeat 100000 ' and uid 1'; echo; } >ands.nbp
printf '%s\ndeny read on "/a"\ndeny read on secrest\npaths secrets = "/a"\n' "$head" >name.nbp
printf '%s\npaths p = "/a"\ndeny connect to p\n' "$head" >type.nbp
printf '%s\ndeny read on 7\ndeny conect to anywhere\npaths p = 10.0.0.1\n' "$head" >three.nbp
printf '%s\ndeny read on "/a"' "$head" >unended.nbp
truncate -s 65M big.nbp
mkfifo pipe
for args in 'check FILE' 'FILE -o out/x.tar'; do
	for row in 'missing.nbp 3 no.such.file' 'folder 3 it.is.a.directory' 'empty.nbp 1 policy' \
		'binary.nbp 1 binary.nbp:1:1' 'nul.nbp 1 nul.nbp:2:18' 'latin.nbp 1 latin.nbp:2:3' \
		'component.nbp 1 component.nbp:2:' 'line.nbp 1 line.nbp:2:' 'braces.nbp 1 braces.nbp:2:' \
		'parens.nbp 1 parens.nbp:2:' 'nots.nbp 1 nots.nbp:2:' 'name.nbp 1 secrets' \
		'type.nbp 1 type.nbp:3:17' 'three.nbp 1 three.nbp:4:' 'big.nbp 3 larger.than.64.MiB' \
		'pipe 1 policy' '/dev/zero 3 neither.a.file.nor.a.pipe'; do
		set -- $row
		# shellcheck disable=SC2046
		gives "$(echo "$args" | sed "s,FILE,$1,")" "$2" "$3" \
			$(echo "$args" | sed "s,FILE,$1,")
	done
done
for file in ors ands; do # long, and not wrong
	timeout 60 "$netbpfc" check $file.nbp >stdout 2>stderr
	case $? in 0 | 1) ok "$file.nbp ends" ;; *) bad "$file.nbp ends" "it does not end well" ;; esac
done
gives "last line without its end"  0 "well formed, 1 rule"         check unended.nbp
gives "all errors in one run"      1 "three.nbp:2:14"              check three.nbp
gives "all errors in one run, second" 1 "three.nbp:3:6"            check three.nbp
if [ "$(id -u)" = 0 ]; then
	skip "unreadable policy" "root reads everything"
else
	cp good.nbp closed.nbp && chmod 0 closed.nbp
	gives "unreadable policy"  3 "permission denied"           check closed.nbp
fi

# ---- the output ----
cp good.nbp same.nbp
ln same.nbp out/link.nbp
gives "missing output folder"      3 "make it, or name another"    good.nbp -o nowhere/x.tar
gives "output below a file"        3 "is not a folder"             good.nbp -o good.nbp/x.tar
gives "output is a directory"      3 "it is a directory"           good.nbp -o out
gives "output is a device"         3 "it is a device"              good.nbp -o /dev/full
gives "output is the input"        2 "is also the policy"          same.nbp -o same.nbp
gives "output is the input, by another name" 2 "is also the policy" same.nbp -o out/link.nbp
is    "the input is untouched"     cmp same.nbp good.nbp
rm out/link.nbp
echo old >out/old.tar
gives "a failure keeps the old output" 1 "nul.nbp:2"               nul.nbp -o out/old.tar
is    "the old output is untouched" grep -q '^old$' out/old.tar
rm out/old.tar
if [ "$(id -u)" = 0 ] && mkdir tiny && mount -t tmpfs -o size=16k tmpfs tiny 2>/dev/null; then
	mounted=$work/tiny
	gives "full output folder" 3 "No space left"               good.nbp -o tiny/x.tar
	is "nothing is left in it" [ -z "$(ls -A tiny)" ]
	umount tiny && mounted=
else
	skip "full output folder" "needs root and tmpfs"
fi
if [ "$(id -u)" != 0 ]; then
	mkdir readonly && chmod 555 readonly
	gives "output folder not writable" 3 "may write to"        good.nbp -o readonly/x.tar
else
	skip "output folder not writable" "root writes everywhere"
fi
# Only compiling needs libLLVM; one that cannot be loaded, or is something else, is told of.
llvm=$(grep -ao 'libLLVM[a-z0-9.-]*\.so[0-9.]*' "$netbpfc" | head -1)
mkdir lib && echo nothing >"lib/${llvm:?netbpfc names no libLLVM}"
export LD_LIBRARY_PATH="$work/lib"
gives "check without libLLVM"      0 "well formed"                 check good.nbp
gives "explain without libLLVM"    0 "secrets"                     explain good.nbp read /etc/shadow --uid 1
gives "compile without libLLVM"    3 "cannot load libLLVM.*install the package that has $llvm" good.nbp -o out/x.tar
cp "$(ldd "$netbpfc" | awk '$1 ~ /^libz\./ { print $3 }')" "lib/$llvm"
gives "compile with another one"   3 "$llvm is not the libLLVM that netbpfc was built for: it has no LLVM" good.nbp -o out/x.tar
unset LD_LIBRARY_PATH
for form in ast policy image; do
	gives "--dump=$form" 0 shadow --dump=$form good.nbp
	"$netbpfc" --dump=$form good.nbp >/dev/full 2>stderr
	is "--dump=$form to a full disk is exit code 3" [ $? = 3 ]
done
"$netbpfc" --help >&- 2>stderr
is "a closed standard output is exit code 3" [ $? = 3 ]
{ "$netbpfc" --dump=image good.nbp 2>stderr; echo $? >code; } | :
is "a closed pipe is exit code 3, or was not noticed" grep -qE '^[03]$' code

# ---- includes, feeds, depfiles ----
mkdir -p parts/common parts/feeds
cat >parts/main.nbp <<EOF
$head
include "common/secrets.nbp"
net blocked = { file "feeds/blocked.txt", 203.0.113.7 }
deny connect to blocked
deny read on secrets except for uid 0
EOF
printf 'include "../odd $#:name.nbp"\npaths secrets = "/etc/shadow"\ndeny write on secrets as inner\n' \
	>parts/common/secrets.nbp
echo 'include "main.nbp"' >'parts/odd $#:name.nbp'
printf '10.0.0.0/8\r\n# end\n' >parts/feeds/blocked.txt
gives "compile from many files"    0 "3 rules"                     parts/main.nbp -o out/parts.tar -MD
is    "a depfile stands beside the bundle" test -s out/parts.d
gives "the bundle lists its sources" 0 "meta/source-4.txt"         inspect out/parts.tar
is    "every source is in the bundle, whole" sh -c 'mkdir x && tar xf out/parts.tar -C x &&
	cmp x/meta/policy.nbp parts/main.nbp && cmp x/meta/source-2.nbp parts/common/secrets.nbp &&
	cmp x/meta/source-3.nbp "parts/odd \$#:name.nbp" && cmp x/meta/source-4.txt parts/feeds/blocked.txt'
printf '1\tmeta/policy.nbp\t0\t%s\tmain.nbp\n' "$(wc -c <parts/main.nbp)" >list
printf '2\tmeta/source-2.nbp\t0\t%s\tcommon/secrets.nbp\n' "$(wc -c <parts/common/secrets.nbp)" >>list
printf '3\tmeta/source-3.nbp\t0\t19\todd $#:name.nbp\n' >>list
printf '4\tmeta/source-4.txt\t0\t%s\tfeeds/blocked.txt\n' "$(wc -c <parts/feeds/blocked.txt)" >>list
is    "and their names are"        cmp list x/meta/sources.txt
gives "rules name their file"      0 "rule 1 'inner'  common/secrets.nbp:3 " inspect out/parts.tar
gives "explain names the feed's line" 0 "parts/feeds/blocked.txt:1" explain parts/main.nbp connect 10.1.1.1 tcp/1
mkdir "far away" && cp -R parts "far away/moved"
(cd "far away/moved" && umask 077 && "$netbpfc" ./main.nbp -o ../../out/moved.tar) >/dev/null 2>&1
is    "the same bytes from another folder" cmp out/parts.tar out/moved.tar
printf 'out/parts.tar: \\\n  parts/main.nbp \\\n  parts/common/secrets.nbp \\\n  parts/odd\\ $$\\#\\:name.nbp \\\n  parts/feeds/blocked.txt\n' >list
is    "the depfile lists bundle and sources" cmp list out/parts.d
printf 'include out/parts.d\nout/parts.tar:\n\t@echo again\n' >out/Makefile
if command -v make >/dev/null; then
	is "make: up to date"      make -q -f out/Makefile out/parts.tar
	for file in parts/main.nbp parts/feeds/blocked.txt 'parts/odd $#:name.nbp'; do
		touch -d '2001-01-01' parts/*.nbp parts/*/*
		touch -d '2099-01-01' "$file"
		is "make: $file is newer" sh -c 'make -q -f out/Makefile out/parts.tar; [ $? = 1 ]'
	done
else
	skip "make reads the depfile" "there is no make"
fi
gives "-MF names the depfile"      0 "3 rules"                     parts/main.nbp -o out/parts.tar -MF out/other.dep
is    "which says the same"        cmp out/parts.d out/other.dep
is    "nothing else is left"       [ -z "$(find out -name '*.tmp')" ]
rm out/parts.d out/other.dep
gives "--MD is not -MD"            2 "unknown option '--MD'"       parts/main.nbp -o out/x.tar --MD
gives "-MF without its value"      2 "option -MF needs a value"    parts/main.nbp -o out/x.tar -MF
gives "-MD of another command"     2 "'check' does not take -MD"   check parts/main.nbp -MD
gives "-MD and --dump"             2 "leave out -MD"               --dump=ast parts/main.nbp -MD
gives "make cannot be told of a name" 3 "make cannot be told of" parts/main.nbp -o 'out/a;b.tar' -MD
gives "depfile without a folder"   3 "depfile 'nowhere/x.d'.*-MF"  parts/main.nbp -o out/x.tar -MF nowhere/x.d
gives "depfile is the bundle"      2 "is also the bundle"          parts/main.nbp -o out/x.tar -MF out/x.tar
gives "depfile is a directory"     3 "not a plain file"            parts/main.nbp -o out/x.tar -MF folder
gives "depfile is a source"        2 "is also 'parts/feeds/blocked.txt'" parts/main.nbp -o out/x.tar -MF parts/feeds/blocked.txt
gives "output is an included file" 2 "is also 'parts/common/secrets.nbp'" parts/main.nbp -o parts/common/secrets.nbp
gives "output is a feed"           2 "is also 'parts/feeds/blocked.txt'" parts/main.nbp -o parts/feeds/blocked.txt
is    "the sources are untouched"  diff -r parts "far away/moved"
echo old >out/kept.d
SOURCE_DATE_EPOCH=x && export SOURCE_DATE_EPOCH
gives "a failure keeps the old depfile" 2 SOURCE_DATE_EPOCH        parts/main.nbp -o out/kept.tar -MD
unset SOURCE_DATE_EPOCH
is    "the old depfile is untouched" grep -q '^old$' out/kept.d
mkfifo parts/feeds/pipe
printf '%s\nnet p = file "feeds/pipe"\ndeny connect to p\n' "$head" >parts/pipe.nbp
gives "a feed is no pipe"          1 "not a plain file"            check parts/pipe.nbp
if [ "$(id -u)" = 0 ]; then
	skip "unreadable include" "root reads everything"
else
	echo >parts/closed.nbp && chmod 0 parts/closed.nbp
	printf '%s\ninclude "closed.nbp"\n' "$head" >parts/unread.nbp
	gives "unreadable include" 1 "permission denied"           check parts/unread.nbp
fi
awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "10.%d.%d.%d\n", i / 32768, i / 128 % 256, i * 2 % 256 }' >parts/feeds/million.txt
printf '%s\nnet m = file "feeds/million.txt"\ndeny connect to m\n' "$head" >parts/million.nbp
gives "a feed of a million lines"  0 "well formed, 1 rule"         check parts/million.nbp
gives "a bundle of it"             0 "1 rule"                      parts/million.nbp -o out/million.tar
is    "the feed is in it, shorter" sh -c 'tar xf out/million.tar -C x && gunzip -t x/meta/source-2.txt.gz &&
	gunzip -c x/meta/source-2.txt.gz | cmp - parts/feeds/million.txt &&
	[ $(($(wc -c <x/meta/source-2.txt.gz) * 2)) -lt "$(wc -c <parts/feeds/million.txt)" ]'
is    "and listed with its size"   grep -q "^2	meta/source-2.txt.gz	0	$(wc -c <parts/feeds/million.txt)	feeds/million.txt$" x/meta/sources.txt
awk -v head="$head" 'BEGIN { print head; for (i = 1; i < 200; i++) { f = "parts/" i ".nbp"
	print "deny connect to 10.0.0." i >f; close(f); print "include \"" i ".nbp\"" } }' >parts/200.nbp
gives "more sources than entries"  0 "199 rules"                   parts/200.nbp -o out/200.tar
is    "the last is where the list says" sh -c 'tar xf out/200.tar -C x && tail -1 x/meta/sources.txt |
	{ read -r n entry first size name; [ "$n $name" = "200 199.nbp" ] &&
	tail -c +$((first + 1)) "x/$entry" | head -c "$size" | cmp - parts/199.nbp; }'

# ---- keys ----
gives "keygen"                     0 "secret key: ci.key"          keygen --key ci.key --pub ci.pub
is    "the secret key is private"  [ "$(stat -c %a ci.key)" = 600 ]
cp ci.key key.before
gives "keygen overwrites nothing"  3 "ci.key"                      keygen --key ci.key --pub other.pub
is    "the key is untouched"       cmp ci.key key.before
is    "no half pair"               [ ! -e other.pub ]
gives "keygen without names"       2 "needs two names"             keygen
gives "missing key"                3 "no.key"                      good.nbp -o out/x.tar --key no.key
gives "directory as key"           3 "folder"                      good.nbp -o out/x.tar --key folder
gives "garbage as key"             3 "binary.nbp"                  good.nbp -o out/x.tar --key binary.nbp
gives "public key as secret key"   3 "ci.pub"                      good.nbp -o out/x.tar --key ci.pub
gives "output is the key"          2 "is also the secret key"      good.nbp -o ci.key --key ci.key
is    "the key is still untouched" cmp ci.key key.before

# ---- bundles ----
gives "compile without key warns"  0 "unsigned.*netbpf-load refuses" good.nbp -o out/u.tar
gives "verify refuses unsigned"    4 "sign"                        verify out/u.tar --pub ci.pub
gives "inspect unsigned"           0 "^UNVERIFIED"                 inspect out/u.tar
gives "sign"                       0 "signed with ci.key"          sign out/u.tar --key ci.key
gives "verify after sign"          0 "verified, signed by key"     verify out/u.tar --pub ci.pub
gives "compile with key"           0 "2 rules|3 rules, signed"     good.nbp -o out/s.tar --key ci.key
gives "says what stays open"       0 "known ways past its rules stay open"  good.nbp -o out/s.tar --key ci.key
is    "signed later or at once: the same bytes" cmp out/u.tar out/s.tar
gives "inspect names the rules"    0 "rule 1 'secrets-stay'  good.nbp:4"  inspect out/s.tar
gives "inspect lists the entries"  0 "bpf/netbpf-6.12.bpf.o"       inspect out/s.tar
gives "inspect with a key"         0 "^VERIFIED"                   inspect out/s.tar --pub ci.pub
"$netbpfc" keygen --key b.key --pub b.pub >/dev/null
gives "verify with another key"    4 "key"                         verify out/s.tar --pub b.pub
gives "verify with one of two keys" 0 "verified"                   verify out/s.tar --pub b.pub --pub ci.pub
gives "verify without a key"       2 "needs a key to trust"        verify out/s.tar
gives "verify with garbage as key" 3 "good.nbp"                    verify out/s.tar --pub good.nbp
gives "verify what is no bundle"   4 "good.nbp"                    verify good.nbp --pub ci.pub
gives "verify a missing bundle"    3 "none.tar"                    verify none.tar --pub ci.pub
gives "inspect a directory"        3 "folder"                      inspect folder
gives "sign what is no bundle"     4 "good.nbp"                    sign good.nbp --key ci.key
gives "sign without a key"         2 "sign needs a key"            sign out/s.tar
size=$(wc -c <out/s.tar)
head -c $((size - 512)) out/s.tar >cut.tar
{ cat out/s.tar; printf x; } >long.tar
{ head -c 600 out/s.tar; printf X; tail -c +602 out/s.tar; } >manifest.tar
{ head -c 20000 out/s.tar; printf '\377\377'; tail -c +20003 out/s.tar; } >changed.tar
for file in cut long manifest changed; do
	gives "verify refuses a $file bundle" 4 "$file.tar" verify $file.tar --pub ci.pub
	gives "inspect refuses a $file bundle" 4 "$file.tar" inspect $file.tar
done

# ---- kernels and dates ----
printf '%s\ndeny read on "/a" waive kernel "none is left"\n' 'policy k { seq 1 kernel >= 5.15 }' >k515.nbp
printf '%s\ndeny read on "/a"\n' 'policy k { seq 1 kernel >= 6.12 }' >k612.nbp
"$netbpfc" k515.nbp -o out/k515.tar 2>/dev/null >&2
"$netbpfc" k612.nbp -o out/k612.tar 2>/dev/null >&2
is "kernel 5.15: every object from 5.10 on" [ "$(tar tf out/k515.tar | grep -c '^bpf/')" = 3 ]
is "kernel 6.12: one object" [ "$(tar tf out/k612.tar | grep '^bpf/')" = bpf/netbpf-6.12.bpf.o ]
for date in x -1 1.5 99999999999999999999; do
	SOURCE_DATE_EPOCH=$date
	export SOURCE_DATE_EPOCH
	gives "SOURCE_DATE_EPOCH=$date" 2 "SOURCE_DATE_EPOCH is '$date'" good.nbp -o out/d.tar
done
SOURCE_DATE_EPOCH=86400 "$netbpfc" good.nbp -o out/d.tar 2>/dev/null >&2
unset SOURCE_DATE_EPOCH
gives "SOURCE_DATE_EPOCH is the date" 0 "created +1970-01-02 00:00:00 UTC" inspect out/d.tar

# ---- explain ----
e='explain good.nbp'
gives "explain a denied file"      0 "denied by rule 1 'secrets-stay'" $e read /etc/shadow --uid 33
gives "explain shows the source"   0 "~~~~"                        $e read /etc/shadow --uid 33
gives "explain names the place"    0 "^good.nbp:4"                 $e read /etc/shadow --uid 33
gives "explain names the pattern"  0 'tree "/etc/ssl/private"'     $e write /etc/ssl/private/k --uid 33
gives "explain an exception"       0 "allowed: no rule matches"    $e read /etc/shadow --uid 0
gives "explain what is unknown"    0 "unknown never weakens"       $e read /etc/shadow
gives "explain a mapped address"   0 "denied by rule 2"            $e connect ::ffff:169.254.169.254 tcp/80 \
	--exe /usr/sbin/nginx --cgroup /web/1
gives "explain another subject"    0 "allowed: no rule matches"    $e connect 169.254.169.254 tcp/80 --exe /bin/sh
gives "explain brackets"           0 "denied by rule 2"            $e connect '[fd00::1]' udp/53 --cgroup /web
gives "explain an audit rule"      0 "allowed, and logged by rule 3" $e connect 192.0.2.1 tcp/25
gives "explain needs an object"    2 "needs a policy, an operation" $e read
gives "explain an unknown operation" 2 "read, write, truncate, exec" $e reed /a
gives "explain a relative path"    2 "begin with '/'"              $e read etc/shadow
gives "explain a path with dots"   2 "say where it leads"          $e read /etc/../shadow
gives "explain a path with //"     2 "a '/' too many"              $e read /etc//shadow
gives "explain a name as address"  2 "is not an address"           $e connect example.org tcp/80
gives "explain without a port"     2 "tcp/80"                      $e connect 192.0.2.1
gives "explain a bad port"         2 "from 0 to 65535"             $e connect 192.0.2.1 tcp/65536
gives "explain a bad protocol"     2 "not a protocol"              $e connect 192.0.2.1 tpc/80
gives "explain a port without ports" 2 "no ports"                  $e connect 192.0.2.1 icmp/8
gives "explain a named user"       2 "takes a number"              $e read /a --uid root
gives "explain bad groups"         2 "separated by commas"         $e read /a --gid 1,,2
gives "explain a wrong policy"     1 "nul.nbp:2"                   explain nul.nbp read /a

# ---- tests and assertions ----
{ cat good.nbp; echo 'test "t" { as uid 0 { read "/etc/shadow" => allow } }'; } >tested.nbp
{ cat good.nbp; echo 'test "t" { as uid 0 { read "/etc/shadow" => deny } }'; } >failing.nbp
{ cat good.nbp; echo 'assert never read on "/etc/shadow"'; } >asserting.nbp
gives "test without tests"         0 "^0 passed, 0 failed"         test good.nbp
gives "a test passes"              0 "^1 passed, 0 failed"         test tested.nbp
gives "a test fails"               1 "failing.nbp:7:23: error: read .*expected deny, saw allow" test failing.nbp
gives "an assertion fails"         1 "uid 0 may read"              test asserting.nbp
gives "test needs a policy"        2 "missing: netbpfc test POLICY" test
gives "check runs tests"           1 "expected deny, saw allow"    check failing.nbp
gives "no bundle with a failing test" 1 "expected deny, saw allow" failing.nbp -o out/f.tar
gives "no bundle with a failing assertion" 1 "uid 0 may read"      asserting.nbp -o out/f.tar
mkdir proofs
echo 'test "inner" { as uid 0 { read "/etc/shadow" => deny } }' >proofs/test.nbp
echo 'assert never read on "/etc/shadow"' >proofs/assert.nbp
{ cat good.nbp; echo 'include "proofs/test.nbp"'; } >test-inside.nbp
{ cat good.nbp; echo 'include "proofs/assert.nbp"'; } >assert-inside.nbp
echo old >out/kept.d
gives "an included test fails"     1 "proofs/test.nbp:1:27: error: read .*expected deny, saw allow" check test-inside.nbp
gives "an included assertion fails" 1 "proofs/assert.nbp:1:1: error: .*uid 0 may read" check assert-inside.nbp
gives "no bundle with a failing included test" 1 "test-inside.nbp:7:9: note: included from here" test-inside.nbp -o out/f.tar -MF out/kept.d
gives "no bundle with a failing included assertion" 1 "assert-inside.nbp:7:9: note: included from here" assert-inside.nbp -o out/f.tar -MF out/kept.d
is    "they leave no bundle, and the old depfile" sh -c '[ ! -e out/f.tar ] && grep -q "^old$" out/kept.d'
gives "explain in spite of a failing test" 0 "allowed"             explain failing.nbp read /etc/shadow --uid 0
mkdir t1 t2
cp tested.nbp t2/good.nbp
(cd t2 && "$netbpfc" good.nbp -o good.tar && tar xf good.tar) 2>/dev/null >&2
tar xf out/s.tar -C t1
is "tests change no map and no program" sh -c 'diff -r t1/maps t2/maps && diff -r t1/bpf t2/bpf'
{ cat good.nbp; echo 'deny read on "/x" expires 2026-01-31'; } >expiring.nbp
gives "no date, nothing expired"   0 "well formed"                 check expiring.nbp
SOURCE_DATE_EPOCH=1769904000
export SOURCE_DATE_EPOCH
gives "expired by SOURCE_DATE_EPOCH" 0 "expired before the date"   check expiring.nbp
unset SOURCE_DATE_EPOCH
gives "not expired without it"     0 "^[^w]*well formed"           check expiring.nbp

# ---- the same bytes, wherever and by whom ----
mkdir -p "other folder/deep"
cp good.nbp "other folder/deep/"
chmod 755 "$work"
(cd "other folder/deep" && umask 077 && HOME=/ TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 \
	"$netbpfc" good.nbp -o ../2.tar --key ../../ci.key) >/dev/null 2>stderr
is "same bytes in another folder, time zone, locale and umask" cmp out/s.tar "other folder/2.tar"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	mkdir nobody && chown 65534 nobody && cp "$netbpfc" nobody/netbpfc && cp ci.key nobody/ci.key
	chmod 755 nobody/netbpfc && chown 65534 nobody/ci.key
	setpriv --reuid 65534 --regid 65534 --clear-groups \
		nobody/netbpfc good.nbp -o nobody/3.tar --key nobody/ci.key >/dev/null 2>stderr
	is "same bytes by another user" cmp out/s.tar nobody/3.tar
else
	skip "same bytes by another user" "needs root and setpriv"
fi

# ---- the manual ----
"$netbpfc" --help >help
for word in $(grep -oE -e '--[a-z]+' help | sort -u) $(sed -n 's/^  netbpfc \([a-z]*\) .*/\1/p' help); do
	is "netbpfc.1 speaks of $word" grep -qE -e "(Fl Fl |Cm )${word#--}( |\$)" "$here/man/netbpfc.1"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed != 0 ]
