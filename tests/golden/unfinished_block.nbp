policy t { seq 1
deny read on "/a"
