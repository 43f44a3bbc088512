policy t {
	seq 18446744073709551616
	owner "a\nb"
	kernel >= 5
	mode audit
	mode enforce
	date 2026-13-01
	expires 2027-1-1
}
policy u { seq 1 }
