paths a = "/a"
deny read on a
