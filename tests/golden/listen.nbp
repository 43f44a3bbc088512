# listening: a port that is not settled is every port; 0.0.0.0 and :: are every address
policy t { seq 1 }
subject box = uid 7
deny listen on port tcp/80 except for uid 0 as web
deny listen to 10.0.0.4
deny bind on port tcp/0 for uid 5
scope box {
	default deny listen
	allow listen to anywhere port tcp/1-65535
	allow listen to 10.0.0.9 port udp
}
assert never listen to 10.0.0.4 port tcp
assert always listen to 10.0.0.5 port tcp/81-65535 for uid 1
test "ports and addresses" {
	as uid 1 {
		listen 10.0.0.5 tcp/80 => deny by web
		listen 10.0.0.5 tcp/81 => allow
		listen 10.0.0.5 tcp/0 => deny by web
		listen 10.0.0.5 udp/0 => allow
		listen 0.0.0.0 tcp/81 => deny by rule 2
		listen :: tcp/81 => deny by rule 2
		listen fd00::1 tcp/81 => allow
		listen ::ffff:10.0.0.4 sctp/7 => deny
	}
	as uid 0 {
		listen 10.0.0.5 tcp/0 => allow
		listen 0.0.0.0 tcp/0 => deny by rule 2
	}
	as uid 5 {
		bind 10.0.0.5 tcp/0 => deny
		bind 10.0.0.5 tcp/80 => allow
	}
	as uid 7 {
		listen fd00::1 tcp/81 => allow
		listen fd00::1 tcp/0 => deny by web
		listen 10.0.0.9 sctp/0 => deny
		listen 10.0.0.9 udp/0 => allow
	}
}
