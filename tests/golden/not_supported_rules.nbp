policy t { seq 1 }
deny exec on tree "/tmp" except on "/tmp/build/**"
deny exec, load on "/a"
deny any to 10.0.0.1
deny modify on tree "/usr" except for exe "/usr/bin/dpkg"
deny read on "/x" except on { "/y" } except for uid 0
