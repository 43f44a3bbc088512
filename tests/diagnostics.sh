#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# diagnostics.sh   NETBPFC=path/to/netbpfc: -W, colour and SARIF, as somebody who
# calls netbpfc sees them
set -u
LC_ALL=C
export LC_ALL
. "$(dirname "$0")/netbpfc.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
trap 'exit 3' INT TERM HUP
cd "$work" || exit 3
unset NO_COLOR
passed=0 failed=0 skipped=0

good() { passed=$((passed + 1)); }
bad() {
	failed=$((failed + 1))
	echo "FAIL $1: $2"
	sed 's/^/     | /' err | cut -c1-200 | head -6
}
skip() {
	skipped=$((skipped + 1))
	echo "skip $1"
}
says() { # says NAME CODE PATTERN ARGUMENT...: the exit code, and what stderr says
	name=$1 want=$2 pattern=$3
	shift 3
	"$netbpfc" "$@" >out 2>err
	code=$?
	if [ $code != "$want" ]; then bad "$name" "exit code $code, not $want"
	elif ! grep -qE -e "$pattern" err; then bad "$name" "it does not say '$pattern'"
	else good; fi
}
silent() { # silent NAME PATTERN ARGUMENT...: exits with 0 and does not say that
	name=$1 pattern=$2
	shift 2
	if ! "$netbpfc" "$@" >out 2>err; then bad "$name" "it fails"
	elif grep -qE -e "$pattern" err; then bad "$name" "it says '$pattern'"
	else good; fi
}

# ---- warnings by name ----
cat >w.nbp <<'EOF2'
policy t { seq 1 }
paths unused = "/a"
paths none = { }
deny read on none
EOF2
says   "both are shown"             0 '\[NB0901 -Wunused-name\]'      check w.nbp
silent "-Wno-NAME"                  NB0901                            check w.nbp -Wno-unused-name
says   "-Wno-NAME hides no other"   0 NB0903                          check w.nbp -Wno-unused-name
silent "-Wno-all"                   .                                 check w.nbp -Wno-all
says   "-Wno-all -WNAME"            0 NB0901                          check w.nbp -Wno-all -Wunused-name
silent "the later wins"             NB0901                            check w.nbp -Wunused-name -Wno-unused-name
says   "-Werror"                    1 'error: .*-Werror=unused-name'  check w.nbp -Werror
says   "-Werror=NAME"               1 'error: .*-Werror=empty-set'    check w.nbp -Werror=empty-set
says   "-Werror=NAME, no other"     1 'warning: .*-Wunused-name'      check w.nbp -Werror=empty-set
says   "-Wno-error"                 0 'warning: .*-Wunused-name'      check w.nbp -Werror -Wno-error
says   "-Wno-error=NAME"            1 'warning: .*-Wunused-name'      check w.nbp -Werror -Wno-error=unused-name
silent "-Werror shows nothing more" .                                 check w.nbp -Wno-all -Werror
says   "-Werror=NAME shows it"      1 NB0901                          check w.nbp -Wno-all -Werror=unused-name
says   "-Werror stops a compilation" 1 NB0901                         w.nbp -o w.tar -Werror
[ ! -e w.tar ] && good || bad "-Werror stops a compilation" "w.tar is there"
says   "-Werror stops a dump"       1 NB0901                          w.nbp --dump=policy -Werror
[ ! -s out ] && good || bad "-Werror stops a dump" "it is printed"
says   "--warn NAME"                1 NB0901                          check w.nbp --warn error=unused-name
says   "explain takes -W"           1 NB0901                          explain w.nbp read /a -Werror
says   "a name that is none"        2 "did you mean 'unused-name'"    check w.nbp -Wno-unsued-name
says   "nothing near"               2 "check --help"                  check w.nbp -Wqqqqqqqq
says   "an error's name"            2 "is an error"                   check w.nbp -Wno-unknown-name
says   "a bad -W before the file"   2 "there is no warning"           check none.nbp -Wqqqqqqqq
says   "inspect has no warnings"    2 "does not take --warn"          inspect w.tar -Wall
says   "a code that is none"        2 "did you mean 'host-bits'"      explain host-bit
"$netbpfc" check --help >help
for name in $(sed -n 's/^DIAG([0-9]*, *\([a-z_]*\), WARNING.*/\1/p' "$top/compiler/base/diag.def" | tr _ -); do
	grep -q "^  $name " help && good || bad "--help" "it does not list $name"
done

# ---- colour ----
escape=$(printf '\033')
printf 'policy t { seq 1 }\npaths a = "/a"\ndeny read on aa, "/x\tyz" for uid \351\n' >e.nbp
silent "no colour in a pipe"        "$escape"                         check w.nbp
says   "--color=always"             0 "$escape"                       check w.nbp --color=always
says   "--color=sometimes"          2 "auto, always or never"         check w.nbp --color=sometimes
for file in w.nbp e.nbp; do
	"$netbpfc" check $file --color=always 2>&1 >/dev/null | sed "s/$escape\[[0-9;]*m//g" >out
	"$netbpfc" check $file --color=never >/dev/null 2>err
	cmp -s out err && good || bad "the same words without colour" "$file differs"
done
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	terminal() { # terminal yes|no NAME [VARIABLE=VALUE] ARGUMENT...
		want=$1 name=$2
		shift 2
		script -qec "env TERM=xterm $* 2>&1 >/dev/null" /dev/null >out 2>err </dev/null
		if grep -q "$escape" out; then seen=yes; else seen=no; fi
		grep -q NB0901 out || seen=nothing
		[ $seen = "$want" ] && good || bad "$name" "colour: $seen, not $want"
	}
	terminal yes "colour on a terminal" "$netbpfc" check w.nbp
	terminal no  "NO_COLOR"             NO_COLOR=1 "$netbpfc" check w.nbp
	terminal yes "NO_COLOR, but empty"  NO_COLOR= "$netbpfc" check w.nbp
	terminal no  "--color=never"        "$netbpfc" check w.nbp --color=never
	terminal yes "--color before NO_COLOR" NO_COLOR=1 "$netbpfc" check w.nbp --color=always
	terminal no  "a dumb terminal"      TERM=dumb "$netbpfc" check w.nbp
else
	skip "colour on a terminal: script(1) gives none"
fi

# ---- SARIF ----
says   "--json and --dump"          2 "leave out one"                 w.nbp --dump=ast --json
says   "--json of a missing file"   3 "no such file"                  check none.nbp --json
[ ! -s out ] && good || bad "--json of a missing file" "it prints a result"
silent "--json and its warnings"    .                                 check w.nbp --json
"$netbpfc" check w.nbp --json >one && "$netbpfc" w.nbp -o w.tar --json >two 2>err
cmp -s one two && grep -q unsigned err && [ -s w.tar ] && good || bad "compile --json" "not as check --json"
"$netbpfc" check w.nbp --json -Werror >out 2>err
[ $? = 1 ] && grep -q '"level": "error",$' out && good || bad "--json -Werror" "no error"
if ! command -v python3 >/dev/null || ! python3 -c 'import json' 2>/dev/null; then
	skip "SARIF by another parser: python3 is missing"
	python3=
else
	python3=yes
fi
cat >read.py <<'EOF2'
"""read.py FILE... : SARIF as netbpfc prints it, strictly; results, one a line"""
import json, re, sys

def once(pairs):
    assert len(dict(pairs)) == len(pairs), "a key is repeated"
    return dict(pairs)

def keys(thing, must, may=()):
    assert set(must) <= set(thing) <= set(must) | set(may), sorted(thing)

def text(thing):
    keys(thing, ["text"])
    assert thing["text"]
    return thing["text"]

def place(thing):
    region = thing["physicalLocation"]["region"]
    keys(thing["physicalLocation"], ["artifactLocation", "region"])
    uri = thing["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"([A-Za-z0-9._~/-]|file:///|%[0-9A-F]{2})+", uri), uri
    keys(region, ["startLine", "startColumn", "endLine", "endColumn"])
    at = [region[k] for k in ("startLine", "startColumn", "endLine", "endColumn")]
    assert min(at) >= 1 and at[:2] <= at[2:], at
    return "%s:%d:%d-%d:%d" % (uri, *at)

def read(file):
    log = json.loads(open(file, "rb").read().decode("utf-8"), object_pairs_hook=once)
    keys(log, ["$schema", "version", "runs"])
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    keys(run, ["tool", "columnKind", "results"], ["invocations"])
    keys(run["tool"]["driver"], ["name", "version", "rules"])
    rules = run["tool"]["driver"]["rules"]
    assert len({r["id"] for r in rules}) == len(rules) > 50
    for r in rules:
        keys(r, ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration"])
        assert "\n" not in text(r["fullDescription"]) and text(r["help"])
        assert text(r["shortDescription"]) and r["defaultConfiguration"]["level"] in ("error", "warning")
    for r in run["results"]:
        keys(r, ["ruleId", "ruleIndex", "level", "message", "locations"], ["relatedLocations"])
        assert rules[r["ruleIndex"]]["id"] == r["ruleId"] and len(r["locations"]) == 1
        assert r["level"] in ("error", "warning")
        line = [place(r["locations"][0]), r["level"], r["ruleId"], json.dumps(text(r["message"]))]
        for i, note in enumerate(r.get("relatedLocations", [])):
            keys(note, ["id", "message", "physicalLocation"])
            assert note["id"] == i + 1
            line += [place(note), json.dumps(text(note["message"]))]
        print(" ".join(line))
    for i in run.get("invocations", []):
        print(i["toolExecutionNotifications"][0]["message"]["text"])

for file in sys.argv[1:]:
    try:
        read(file)
    except Exception as e:
        sys.exit("%s: %s: %s" % (file, type(e).__name__, e))
EOF2
sarif() { # sarif FILE EXPECTED-LINE...: all that is found in it
	"$netbpfc" check "$1" --json >sarif.json 2>err
	name=$1
	shift
	: >want
	for line in "$@"; do printf '%s\n' "$line" >>want; done
	if python3 read.py sarif.json >seen 2>>err && diff want seen >>err; then good; else bad "$name" "SARIF"; fi
}
if [ -n "$python3" ]; then
	printf 'policy t { seq 1 }\nnet\tmeta = 10.0.0.1\n' >'a b.nbp'
	printf '# \360\237\230\200 \303\251\ndeny read on "/\360\237\230\200\303\251", "x", mta\n' >>'a b.nbp'
	printf 'deny connect to mta\n' >>'a b.nbp'
	note="a%20b.nbp:2:5-2:9 \"did you mean 'meta'?\""
	sarif 'a b.nbp' \
		"a%20b.nbp:4:23-4:24 error NB0509 \"a path starts with '/'\nhelp: write \\\"**/x\\\" for that name anywhere\"" \
		"a%20b.nbp:4:27-4:30 error NB0402 \"'mta' is not defined\" $note" \
		"a%20b.nbp:5:17-5:20 error NB0402 \"'mta' is not defined\" $note"
	printf 'policy t { seq 1 }\ndeny read on "/a"\n' >fine.nbp
	sarif fine.nbp
	awk 'BEGIN { print "policy t { seq 1 }"
		for (i = 0; i < 1500; i++) print "paths a" i " = \"/a\""; print "deny read on b" }' >many.nbp
	"$netbpfc" check many.nbp --json >sarif.json 2>err
	python3 read.py sarif.json >seen 2>>err
	[ "$(grep -c :1502: seen)" = 1 ] && [ "$(grep -cE '^(many|0 more errors)' seen)" -le 1001 ] && good ||
		bad "many results" "not capped"

	# everything that golden tests refuse, and bytes of all kinds
	count=0
	for file in "$top"/tests/golden/*.nbp "$top"/tests/golden/*.gen; do
		count=$((count + 1))
		case $file in *.gen) sh "$file" >"case$count" ;; *) cp "$file" "case$count" ;; esac
		timeout 60 "$netbpfc" check "case$count" --json >"out$count" 2>/dev/null
		[ $? -le 1 ] || rm -f "out$count"
	done
	for seed in 1 2 3 4 5 6 7 8 9; do
		count=$((count + 1))
		awk -v s=$seed 'BEGIN { srand(s); printf "policy t { seq 1 }\ndeny read on \"/"
			for (i = 0; i < 300; i++) printf "%c", 1 + int(rand() * 255); print "\"" }' >"case$count"
		"$netbpfc" check "case$count" --json >"out$count" 2>/dev/null
	done
	[ "$(find . -name 'out[0-9]*' | wc -l)" = $count ] && good || bad "SARIF of golden tests" "some have none"
	if python3 read.py out[0-9]* >seen 2>err && [ "$(wc -l <seen)" -gt 200 ]; then good; else
		bad "SARIF of golden tests and random bytes" "$(wc -l <seen) results"
	fi
fi

echo "diagnostics: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ] && [ $passed != 0 ]
