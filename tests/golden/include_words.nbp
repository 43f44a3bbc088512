policy t { seq 1 }
include common.nbp
include /common.nbp
include "a", "b"
inclued "a"
net a = file feeds.txt
net b = file { "x" }
paths include = "/a"
net file = 10.0.0.1
deny connect to { file 7 }
