# placed where they stand, each once: the numbers and names of rules show the order
policy t { seq 1 }
deny read on "/first" as first
include "include/nets.nbp"
include "./include/../include//nets.nbp" # the same file
deny write on more except for uid 0 as last
deny send to nets as very-last
