policy t { seq 1 }
deny on "/a"
deny read "/a"
deny read on
deny read on "/a" for
deny read on "/a", for uid 0
deny read on "/a" for uid 0 and
deny read on "/a" except uid 0
deny read on "/a" as "x"
deny read on { "/a" "/b" }
deny read on "/a" for (uid 0
paths = "/a"
paths x "/a"
paths x = "/a", "/b"
subject s
deny connect to 10.0.0.1 - 10.0.0.2
deny read on tree secrets
deny read on /etc/* 
