policy t { seq 1 }
deny read on "/a"; deny read on "/b"
deny connect to 10.0.0.1 & 10.0.0.2
deny read on ~/x
deny read on '/x'
deny read on "/x" for !uid 0
deny connect to fe80::1%eth0
deny read on "/é" é
