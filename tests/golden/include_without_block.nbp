include "include/block.nbp"
deny read on "/a"
