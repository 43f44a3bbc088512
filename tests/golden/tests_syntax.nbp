policy t { seq 1 }
test { as uid 1 { read "/a" => allow } }
test "a" as uid 1 { read "/a" => allow }
test "b" { uid 1 { read "/a" => allow } }
test "c" { as uid 1 { read "/a" allow } }
test "d" { as uid 1 { read "/a" => allow by rule 1 } }
test "e" { as uid 1 { read "/a" => permit } }
test "f" { as nginx { read "/a" => allow } }
test "g" { as uid 1 { "/a" => allow } }
test "h" { as uid 1 { read "/a" => deny by } }
assert read on "/a"
assert sometimes read on "/a"
assert never on "/a"
assert always read "/a"
deny read on "/a" owner security
deny read on "/a" expires "2027-01-01"
allow read on "/a"
test "not ended" { as uid 1 {
