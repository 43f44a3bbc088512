include "deeper/more_rules.nbp"
assert never read on "/srv/more" for uid 7
assert never connect to { 203.0.113.7, 192.0.2.9 } port tcp/80
test "all rules count" {
	as uid 7 {
		read "/srv/more" => deny by from-more
		write "/srv/more" => deny by main
		write "/srv/more" => deny by rule 2
		connect 203.0.113.7 tcp/80 => deny by rule 3
		connect 192.0.2.9 tcp/80 => deny by rule 3
		connect 192.0.2.10 tcp/80 => allow
	}
}
include "deeper/proofs.nbp"
