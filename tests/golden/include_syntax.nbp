policy t { seq 1 }
include "include/syntax.nbp"
include "include/windows.nbp"
include "include/missing.nbp"
