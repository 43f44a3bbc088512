policy t { seq 1 }
paths "x" = "/a"
paths 5x = "/a"
