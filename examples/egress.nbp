# SPDX-License-Identifier: BSD-2-Clause
# A firewall around one service: it speaks to its database, to the resolver of the machine
# and to whoever called it, and to nobody else. Whatever else it sends or is sent is
# dropped, counted and logged, with the packets of connections that were there before.

policy egress {
	seq     1
	owner   "platform-security@example.org"
	kernel  >= 5.10
	mode    enforce
	date    2026-01-01
	expires 2028-12-31
}

subject billing = cgroup "/system.slice/billing.service"

scope billing {
	default deny connect, send, receive, accept
	allow connect to 10.0.7.0/28 port tcp/5432 as database
	allow connect, send to 127.0.0.53 port { tcp/53, udp/53 } as resolver
	allow receive from 127.0.0.53 as answers
	allow accept on port tcp/8443 as customers
}

assert never connect, send to { 169.254.169.254, fd00:ec2::254 } for billing

test "the service" {
	as exe "/usr/bin/billing" cgroup "/system.slice/billing.service" uid 700 {
		connect 10.0.7.3 tcp/5432        => allow
		connect ::ffff:10.0.7.3 tcp/5432 => allow
		connect 10.0.7.3 tcp/22          => deny
		connect 10.0.8.3 tcp/5432        => deny
		send    127.0.0.53 udp/53        => allow
		send    192.0.2.1 udp/53         => deny
		connect 2001:db8::1 tcp/443      => deny
	}
	as exe "/usr/bin/curl" cgroup "/user.slice" uid 1000 {
		connect 192.0.2.1 tcp/443 => allow
	}
}
