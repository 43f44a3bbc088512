assert never read on "/a" as named
assert never connect to file "feed.txt" port tcp/80
test "t" {
	as uid 7 exe file "feed.txt" {
		read "/a" => deny by rule 2
		connect file "feed.txt" tcp/80 => deny
	}
}
test "u" { as { read "/a" => deny by only-on } }
test "v" { }
