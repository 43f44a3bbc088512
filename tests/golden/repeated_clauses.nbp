policy t { seq 1 }
deny read on "/a" for uid 0 for uid 1
deny read on "/a" except for uid 0 except for uid 1
deny read on "/a" as a as b
deny connect to 10.0.0.1 port 80 port 81
deny bind on port 80 port 81
