policy t { seq 1 }
paths a = "/a"
net   a = 10.0.0.1
deny read on a
