policy t { seq 1 }
deny read on "/a" for cgroup "/user.slice/user-*.slice"
deny read on "/a" for cgroup { "/a", "/**/b", "/{a,b}" }
