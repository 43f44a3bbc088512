# SPDX-License-Identifier: BSD-2-Clause
# The smallest policy that does something: whoever it binds cannot connect to
# 127.0.0.2, an address of this machine that nothing uses. Every other address still works.
# ./quickstart compiles it and attaches it to a cgroup made for the purpose.

policy demo {
	seq    1
	owner  "quickstart"
	kernel >= 5.10
	mode   enforce
	date   2026-01-01
}

deny connect to 127.0.0.2 as demo-address

test "one address is closed, its neighbour is not" {
	as uid 1000 {
		connect 127.0.0.2 tcp/80        => deny by demo-address
		connect ::ffff:127.0.0.2 tcp/80 => deny by demo-address
		connect 127.0.0.1 tcp/80        => allow
	}
}
