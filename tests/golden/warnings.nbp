policy t { seq 1 }
paths unused = "/a"
paths none = { }
subject nobody = uid { } and exe { } and cgroup { }
deny read on none for nobody
deny read, write on "/b" for uid 0
deny write, read on "/b" for uid 0 as again
audit read, write on "/b" for uid 0
deny read on "/?é", "/é/?"
deny connect to 10.0.0.1 port {}
