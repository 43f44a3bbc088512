# tests and assertions of included files are about all rules, also those behind them
policy t { seq 1 }
include "include/proofs.nbp"
deny write on more except for uid 0 as main
include "include/deeper/more_rules.nbp"
include "include/proofs.nbp"
deny connect to blocked
net blocked = { file "include/feed.txt", 203.0.113.7 }
