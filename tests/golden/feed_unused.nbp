policy t { seq 1 }
include "include/unused.nbp"
deny read on "/a"
