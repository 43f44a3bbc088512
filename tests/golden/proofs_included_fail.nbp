policy t { seq 1 }
deny read on "/a" except for uid 0 as only
include "include/failing_proofs.nbp"
deny read on "/a" for uid 1 as after
