policy t { seq 1 }
paths deny = "/a"
paths test = "/a"
ports tcp = tcp/80
subject gid = uid 0
deny read on "/a" as port
