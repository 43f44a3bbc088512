policy t { seq 1 }
paths a = { "/a", b }
paths b = { c }
paths c = { a }
subject s = uid 0 and not s
deny read on a for s
