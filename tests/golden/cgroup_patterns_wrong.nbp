policy t { seq 1 }
deny read on "/a" for cgroup "user.slice/*"
deny read on "/a" for cgroup "/{a,b"
deny read on "/a" for cgroup { tree "/a*", "{/a,/b/**}" }
deny read on "/a" for cgroup "/a**b"
