policy t { seq 1 mode audit }
deny read on "/a" as first
deny write on tree "/b" except for uid 0
audit exec on tree "/b"
test "passes" { as uid 1 { read "/a" => deny by first } }
test "fails" {
	as uid 1 {
		read "/a" => allow
		read "/b" => deny
		read "/a" => audit
		read "/a" => deny by rule 2
		exec
			"/b/c" => allow
		write "/b/c" => deny by rule 2
		rename "/b/c" to "/c" => allow
	}
	as uid 0 { link "/b/c" to "/c" => deny }
}
