policy t { seq 1 }
deny read on "/a" as x
deny read on "/b" as x
