policy t { seq 1 }
deny read on "/a/*/b" for nobody
deny red on "/b" for uid root
audit connect to 10.0.0.1/8 port tcpp/1 except for cgroup "x"
