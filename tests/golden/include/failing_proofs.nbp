assert never read on "/a"
test "t" { as uid 0 { read "/a" => deny } as { read "/a" => deny by after } }
test "good" { as uid 1 { read "/a" => deny by only } }
