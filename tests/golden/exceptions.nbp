# What a rule names without what it excepts: of paths, addresses and ports.
policy t { seq 1 }
paths  ours  = { tree "/srv/www", "/srv/**/*.html" }
net    inner = { 10.0.0.0/8, fd00::/8 }
ports  web   = { tcp/80, tcp/443 }
subject boxed = uid 33

deny exec on tree "/tmp" except on "/tmp/build/**"
deny read on tree "/srv" except on ours, "/srv/one" except for uid 0
deny connect to anywhere except to inner, 192.0.2.7
deny send to 10.0.0.0-10.0.0.9 except to { 10.0.0.0, 10.0.0.4-10.0.0.5, 10.0.0.9-10.0.0.20 }
deny send to 198.51.100.0/24 port 1-1023 except port web, udp/53 for uid 1000
deny bind on port tcp/1-1023 except port tcp/80
audit connect to fd00::/8 except to fd00::1 except port { icmp6, udp/0-65535 }
scope boxed {
	default deny write
	allow write on tree "/var/log" except on tree "/var/log/audit"
}

assert never  exec on tree "/tmp" except on tree "/tmp/build"
assert always exec on tree "/tmp/build" except on "/tmp/build"
assert never  write on "/var/log/audit/x" for boxed

test "exceptions" {
	as uid 1000 {
		exec "/tmp/x"                  => deny by rule 1
		exec "/tmp/build"              => deny by rule 1
		exec "/tmp/build/x"            => allow
		exec "/tmp/build/x/y"          => allow
		read "/srv/a"                  => deny by rule 2
		read "/srv/one"                => allow
		read "/srv/one/a"              => deny by rule 2
		read "/srv/deep/er/index.html" => allow
		connect 10.1.2.3 tcp/1         => allow
		connect 11.0.0.0 tcp/1         => deny by rule 3
		connect [fdff::1] tcp/1        => audit by rule 7
		connect [fd00::1] tcp/1        => allow
		connect [fdff::1] udp/1        => allow
		send 10.0.0.4 udp/1            => allow
		send 10.0.0.1 udp/1            => deny by rule 4
		send 10.0.0.9 udp/1            => allow
		send 198.51.100.1 tcp/80       => allow
		send 198.51.100.1 tcp/81       => deny by rule 5
		send 198.51.100.1 udp/53       => allow
		send 198.51.100.1 udp/80       => deny by rule 5
		bind 127.0.0.1 tcp/80          => allow
		bind 127.0.0.1 tcp/81          => deny by rule 6
	}
	as uid 33 {
		write "/var/log/x"       => allow
		write "/var/log/audit/x" => deny
	}
}
