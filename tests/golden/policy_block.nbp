# every field, in any order
policy web-tier {
	expires  2028-02-29
	seq      18446744073709551615
	owner    "team \"a\\b\" é"
	kernel   >= 6.1
	mode     audit
	date     2026-01-31
}
