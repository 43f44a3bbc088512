policy inner { seq 2 }
include "deeper/broken_meaning.nbp"
deny reed on "/b"
deny write on "/b" as outer
paths p = 7
