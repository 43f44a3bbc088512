deny read on
include "deeper/syntax.nbp"
