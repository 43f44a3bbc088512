policy t { seq 1 }
deny write on "/b" waive lockout
deny write on "/c" waive "a reason"
paths waive = "/a"
