policy t { seq 1 }
paths set = { "/a", "/b" }
deny read on set as secrets-stay
test "nothing" { }
test "nobody asks" { as uid 1 { } }
test "facts" {
	as uid 1-2 { read "/a" => allow }
	as uid { 1, 2 } { read "/a" => allow }
	as uid root { read "/a" => allow }
	as uid "root" { read "/a" => allow }
	as gid { } { read "/a" => allow }
	as gid { 1-2 } { read "/a" => allow }
	as exe set { read "/a" => allow }
	as exe { "/a", "/b" } { read "/a" => allow }
	as exe "/bin/*" { read "/a" => allow }
	as exe tree "/bin" { read "/a" => allow }
	as cgroup "relative" { read "/a" => allow }
	as uid 1 gid 1 uid 1 { read "/a" => allow }
}
