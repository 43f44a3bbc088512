policy wrong { seq 1 }
deny read on tree "/opt"

test "wrong" {
	as uid 0 {
		rename tree "/" to "/x" => deny
		rename "/a" to "/b/" => deny
		rename "/a//" to "/b/" => deny
		link "/a/" to "/b" => deny
		link tree "/a" to "/b" => deny
		read "/a/" => deny
		rename tree "/a/*" to "/b" => deny
		link "/a" => deny
	}
}
