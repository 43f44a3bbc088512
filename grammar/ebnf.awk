# SPDX-License-Identifier: BSD-2-Clause
# parse.y → the grammar as people read it, for netbpf-policy(5): repetition in braces
# instead of recursion, no actions, nothing about errors. One production of parse.y is
# one here, by the same name.

function quoted(word) { return "\"" word "\"" }

# %token LINE: words are shown as they are written, classes by their name
function learn(line,    name, alias, quote) {
	sub(/^%token( *<[a-z]*>)?( *)/, "", line)
	while (match(line, /^ *('[^']*'|[A-Z_]+)( +[0-9]+)? +"[^"]*"/)) {
		name = substr(line, RSTART, RLENGTH)
		line = substr(line, RLENGTH + 1)
		alias = name
		sub(/^[^"]*"/, "", alias)
		sub(/"$/, "", alias)
		quote = alias ~ /^'.*'$/
		sub(/ *([0-9]+ +)?"[^"]*"$/, "", name)
		gsub(/ /, "", name)
		shown[name] = quote ? quoted(substr(alias, 2, length(alias) - 2)) : name
	}
	if (line ~ /[^ ]/) {
		print "ebnf.awk: a %token it cannot read: " line >"/dev/stderr"
		bad = 1
	}
}

function show(word) {
	if (word in shown) return shown[word]
	if (word ~ /^[a-z]/) used[word] = 1
	return word
}

function join(list) { return list == "" ? "" : list " | " }

# The alternatives of one left side, alt[1..n], each with a space at both ends
function put(left, n,    i, text, base, more, empty, count) {
	for (i = 1; i <= n; i++) {
		text = alt[i]
		if (text ~ / error /) continue
		if (text ~ / %empty /) { empty = 1; continue }
		count++
		if (index(text, " " left " ") == 1) more = join(more) words(substr(text, length(left) + 2))
		else base = join(base) words(text)
	}
	if (more != "") {
		if (base ~ / \| /) base = "( " base " )"
		text = base (base == "" ? "" : " ") "{ " more " }"
	} else {
		text = empty ? "[ " base " ]" : base
	}
	defined[left] = 1
	line[++lines] = wrap(left, text)
}

function words(text,    part, i, n, out) {
	n = split(text, part, " ")
	for (i = 1; i <= n; i++) out = out (i > 1 ? " " : "") show(part[i])
	return out
}

# As many alternatives a line as fit
function wrap(left, text,    out, column, n, part, i) {
	n = split(text, part, / [|] /)
	out = sprintf("%-11s = %s", left, part[1])
	column = length(out)
	for (i = 2; i <= n; i++) {
		if (column + 3 + length(part[i]) > 76) {
			out = out "\n" sprintf("%-11s", "")
			column = 11
		}
		out = out " | " part[i]
		column += 3 + length(part[i])
	}
	return out
}

/^%token/ { learn($0); next }
/^%%/ { part++; next }
part != 1 { next }
{
	for (name in shown) # a brace that is a token is none of an action
		if (name ~ /^'/)
			while ((at = index($0, name)))
				$0 = substr($0, 1, at - 1) "\001" substr(name, 2, length(name) - 2) "\002" substr($0, at + length(name))
	while (match($0, /(^|[^\001])\{[^\001]*[^\001]\}([^\002]|$)/))
		$0 = substr($0, 1, RSTART) substr($0, RSTART + RLENGTH)
	gsub(/\001/, "'")
	gsub(/\002/, "'")
	for (i = 1; i <= NF; i++) {
		word = $i
		if (word ~ /^[a-z_]+:$/) {
			left = substr(word, 1, length(word) - 1)
			n = 1
			alt[1] = " "
		} else if (word == "|") {
			alt[++n] = " "
		} else if (word == ";") {
			put(left, n)
			left = ""
		} else if (left == "") {
			print "ebnf.awk: '" word "' outside a production" >"/dev/stderr"
			bad = 1
		} else {
			alt[n] = alt[n] word " "
		}
	}
}
END {
	for (name in used)
		if (!(name in defined)) {
			print "ebnf.awk: " name " has no production" >"/dev/stderr"
			bad = 1
		}
	for (i = 1; i <= lines; i++) print line[i]
	exit bad || lines < 10
}
