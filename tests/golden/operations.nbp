policy t { seq 1 }
deny red on "/a"
deny frobnicate on "/a"
deny read, write, read on "/a"
deny read, send on "/a"
deny send, read to 10.0.0.1
