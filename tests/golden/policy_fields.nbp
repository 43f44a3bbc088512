policy t {
	seq 0
	sec 5
	owner nobody
	kernel 5.10
	mode permissive
	date 2027-02-29
	expires tomorrow
	colour "red"
}
