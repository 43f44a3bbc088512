# Right, but hardly meant: exceptions that do nothing, or too much.
policy t { seq 1 }
subject tools = exe { "/usr/bin/dpkg", "/usr/bin/apt", tree "/opt/tools", "/opt/x/*" }
subject boxed = uid 33
deny write on "/usr/bin/dpkg" except for uid 0 waive replace "only root"
deny write on tree "/opt/x" waive replace "only root"
deny read on tree "/srv" except for tools
deny read on tree "/srv/a" except for exe "**/backup"
deny read on tree "/srv/b" for not exe "/usr/bin/less"
deny read on tree "/srv/c" for exe "/usr/bin/more"
deny read on tree "/srv/d" except on "/srv/d/x", "/etc/passwd", "/srv/**/*.pub", "**/*.pub"
deny connect to 10.0.0.0/8 except to 192.168.0.0/16 except port tcp/80
deny send to 10.0.0.0/8 port udp/1-9 except port tcp/80
deny bind to 127.0.0.1 except to 127.0.0.0/8
deny connect to ::ffff:192.0.2.0/120
deny connect to 203.0.113.0/24 port icmp6
deny connect to 2001:db8::/32 port { icmp, tcp/80 }
scope boxed {
	default deny exec
	allow exec on "**/ls" for exe "/bin/sh"
}
