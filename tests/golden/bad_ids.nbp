policy t { seq 1 }
deny read on "/a" for uid 4294967295
deny read on "/a" for gid 01
deny read on "/a" for gid 1.5
deny read on "/a" for uid { 0, -1, root }
