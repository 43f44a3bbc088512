# SPDX-License-Identifier: BSD-2-Clause
# Joins what guests said with the table of techniques: FAIL lines, one COUNT line, and
# the documentation as DOC lines. Files by name: limits, not-yet, before, table, guest.log.
FILENAME == "limits" { limits = limits $0 }
FILENAME == "not-yet" { later[$1] = 1 }
FILENAME == "before" && /^\| `/ {
	split($0, cell, / *\| */)
	key = cell[2]
	gsub(/`/, "", key)
	for (i = 5; i in cell; i++)
		was[key, i] = cell[i]
}
FILENAME == "before" && /^\| technique/ {
	split($0, head, / *\| */)
	for (i = 5; i in head; i++) {
		sub(/ .*/, "", head[i])
		place[head[i]] = i
	}
}
FILENAME == "table" {
	n = split($0, f, "\t")
	order[++rows] = f[1]
	group[f[1]] = f[2]
	op[f[1]] = f[3]
	limit[f[1]] = f[4]
	how[f[1]] = f[5]
}
FILENAME == "guest.log" && /^--- / { kernel = $2; kernels[++count] = kernel; passed = $3 == "PASS" }
FILENAME == "guest.log" && /^ +GUEST / { split($2, v, "."); version[kernel] = v[1] "." v[2] }
FILENAME == "guest.log" && /^ +(OFF|ON) / {
	said = $0
	sub(/^ *[A-Z]+ [^ ]+ [0-9]+ [a-z]+ /, "", said)
	outcome[kernel, $2, $3, $1] = $4
	text[kernel, $2, $3, $1] = said
}

function fail(what) { printf "FAIL: %s\n", what; failed++ }

# One letter: b blocked, o open, - not applicable, ! neither, ? the operation is not there yet.
function letter(k, key, uid,    off, on, why) {
	if (op[key] in later)
		return "?"
	off = outcome[k, key, uid, "OFF"]
	on = outcome[k, key, uid, "ON"]
	who = (uid ? "uid 1000" : "root")
	why = text[k, key, uid, "OFF"]
	if (off == "" || on == "" || off == "broken" || on == "broken") {
		fail(k " " key " as " who ": off '" off " " why "', on '" on " " text[k, key, uid, "ON"] "'")
		return "!"
	}
	if (off != "reached") {
		if (!((key, who, why) in noted))
			reasons[key] = reasons[key] "\034" who ": " why
		noted[key, who, why] = noted[key, who, why] " " k
		return "-"
	}
	if (on == "reached") {
		if (limit[key] == "" || !index(limits, limit[key]))
			fail(k " " key " as " who " is open (" how[key] ")" \
			     (limit[key] == "" ? "" : "; docs/limits.md lacks '" limit[key] "'"))
		opened[key] = 1
		return "o"
	}
	if (on == "failed" && text[k, key, uid, "ON"] ~ /: (EPERM|EXDEV|EACCES)$/)
		return "b"
	fail(k " " key " as " who ": neither blocked nor open: " text[k, key, uid, "ON"])
	return "!"
}

END {
	for (r = 1; r <= rows; r++) {
		key = order[r]
		for (i = 1; i <= count; i++) {
			k = kernels[i]
			if (!(k in version))
				continue
			now = letter(k, key, 0) "/" letter(k, key, 1000)
			cells[key, k] = now
			old = place[k] ? was[key, place[k]] : ""
			for (j = 1; j <= 3; j += 2) {
				total[substr(now, j, 1)]++
				if (substr(now, j, 1) == "-" && substr(old, j, 1) ~ /[bo]/)
					fail(k " " key ": could be tried before: " reasons[key])
			}
		}
	}
	printf "COUNT %d passed, %d failed, %d skipped\n", total["b"] + total["o"], failed, total["?"]
	print "DOC # Ways around a file rule"
	print "DOC "
	print "DOC Made by `make bypass-table`; the techniques are in tests/bypass, `tests/guests.sh` tries them all. Each is tried"
	print "DOC as root and as uid 1000 (left and right of the slash), without the rule and with it: **b** it works without and is blocked"
	print "DOC with it, **o** it stays open, and docs/limits.md says so in the words of the last column, **-** it cannot be tried even without"
	print "DOC the rule (reasons below), **?** this version has no such operation yet. Every rule is about one operation on a tree, or about"
	print "DOC who may read it: worker (all but that program), agent (only that program), uid, box (a cgroup)."
	print "DOC "
	line = "| technique | rule against | how"
	bar = "|---|---|---"
	for (i = 1; i <= count; i++)
		if (kernels[i] in version) {
			line = line " | " (kernels[i] == "new" ? "new (" version["new"] ")" : kernels[i])
			bar = bar "|:-:"
		}
	print "DOC " line " | open by |"
	print "DOC " bar "|---|"
	for (r = 1; r <= rows; r++) {
		key = order[r]
		line = "| `" key "` | " op[key] " | " how[key]
		for (i = 1; i <= count; i++)
			if (kernels[i] in version)
				line = line " | " cells[key, kernels[i]]
		print "DOC " line " | " (key in opened ? limit[key] : "") " |"
		if (limit[key] != "" && !(key in opened) && !(op[key] in later))
			printf "NOTE: %s is open nowhere; its limit is not needed\n", key
	}
	print "DOC "
	print "DOC Why some cannot be tried (the step that fails without any rule):"
	print "DOC "
	for (r = 1; r <= rows; r++) {
		key = order[r]
		for (i = 2; i <= split(reasons[key], why, "\034"); i++) {
			split(why[i], part, ": ")
			rest = substr(why[i], length(part[1]) + 3)
			on = noted[key, part[1], rest]
			print "DOC - `" key "`, " part[1] ", on" on ": " rest
		}
	}
	for (word in total)
		printf "TOTAL %s %d\n", word, total[word]
}
