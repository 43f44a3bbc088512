policy t { seq 1 }
paths set = { "/a", "/b" }
deny read on set as secrets-stay
test "verdicts" {
	as uid 1 {
		read "/a" => deny by secret-stays
		read "/a" => deny by rule
		read "/a" => deny by rule 0
		read "/a" => deny by rule 2
		read "/a" => audit by line 2
	}
}
