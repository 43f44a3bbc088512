policy t { seq 1 }
include "/etc/policy.nbp"
include ""
include "include/"
include "incl\ude.nbp"
include "missing.nbp"
include "include"
include "include/missing/x.nbp"
include "includes.nbp/x.nbp"
include ".."
include "../../../../../../../../../../../../../../../../../dev/zero"
net a = { file "/feeds/x.txt", file "missing.txt", file "", 10.0.0.1 }
net b = file "include"
