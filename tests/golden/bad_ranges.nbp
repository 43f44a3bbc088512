policy t { seq 1 }
deny connect to 10.0.0.9-10.0.0.1
deny connect to 10.0.0.1-::1
deny connect to anywhere port tcp/90-80
deny read on "/a" for uid 9-1
