policy t { seq 1 }
paths p = { "/a", file "include/feed.txt" }
ports q = file "include/feed.txt"
subject s = uid file "include/feed.txt"
subject e = exe file "include/feed.txt"
deny connect to file "include/feed.txt"
deny connect to { 10.0.0.1, file "include/feed.txt" } port file "include/feed.txt"
deny read on file "include/feed.txt" for s
