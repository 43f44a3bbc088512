policy t { seq 1 }
# connecting to :: is connecting to ::1; a bind to it is another matter
deny connect, send to ::
deny bind to ::
deny connect to 10.0.0.1 port gre except for uid 0
# one uid, executable, cgroup; but many gids
deny read on "/a" for uid 5 and uid 6
deny read on "/a" for uid 0-10 except for uid 0-20
deny read on "/a" for exe "/bin/*" and exe tree "/usr"
deny read on "/a" for exe "/bin/a" except for exe "/bin/*"
deny read on "/a" for cgroup "/a/b" and not cgroup "/a"
deny read on "/a" for gid 5 and not gid 0-10
deny read on "/b" for gid 5 and gid 6
deny read on "/c" for exe "/bin/*" and not exe "/bin/?"
deny read on "/d" for cgroup "/a" and not cgroup "/a/b"
deny read on "/e" for uid 5 and uid 6 or uid 7
# names with the characters of patterns
deny read on "/odd/\*.pem", tree "/odd\?"
deny write on "/odd/\*.pem" for exe "/bin/\*"
deny read on "/odd/\*/*", "/usr/bin/\[", "**/x"
