policy t { seq 1 }
include "include/broken_meaning.nbp"
deny read on "/a" as outer
