# Rules that leave connections alone which are older than the policy.
policy t { seq 1 }
subject web = uid 33
deny connect, send to 192.0.2.0/24 except established as older
deny accept from anywhere on port tcp/5432 except established except for uid 26
deny any to 198.51.100.1 except established mode audit
scope web {
	default deny connect, accept except established as closed
	allow connect to 10.0.0.0/8
}
test "calls are new" {
	as uid 33 {
		connect 192.0.2.1 tcp/80 => deny by older
		connect 192.0.3.1 tcp/80 => deny by closed
		connect 10.0.3.1 tcp/80  => allow
	}
}
