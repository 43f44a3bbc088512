policy t { seq 1 }
deny read on "/a" as only
include "include/bad_proofs.nbp"
