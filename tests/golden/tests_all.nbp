policy t { seq 1 expires 2030-01-01 owner "field and clause are one word" }
paths secrets = { "/etc/shadow", tree "/etc/ssl/private", "/odd/\*\"name" }
subject nginx = exe "/usr/sbin/nginx" and cgroup "/system.slice/nginx.service"
deny read, write on secrets except for uid 0 or gid { 27, 1000-1010 } as secrets-stay
deny connect, send to { 169.254.169.254, fd00:ec2::254 } for nginx
audit connect, bind to anywhere port { tcp/25, icmp, proto 89 } as seen
test "every form of a request" {
	as exe "/usr/sbin/nginx" cgroup "/system.slice/nginx.service/worker" uid 33 gid { 33, 4 } {
		connect [::ffff:169.254.169.254] tcp/80 => deny by rule 2
		send fd00:ec2::254 udp/53 => deny
		connect 192.0.2.1 tcp/25 => audit by seen
		connect 192.0.2.1 icmp => audit by rule 3
		connect 192.0.2.1 proto 89 => audit
		bind 192.0.2.1 proto 88 => allow
		read "/odd/\*\"name" => deny by secrets-stay
		exec "/etc/shadow" => allow
		write "/" => allow
	}
	as uid 0 { read "/etc/shadow" => allow }
	as gid 1005 uid 5 { read "/etc/shadow" => allow }
	as { read "/etc/shadow" => deny }	# nothing known weakens nothing
	as gid 5 { read "/etc/shadow" => deny  read "/etc/passwd" => allow }
}
test "a \"name\" protects only \\ if it stays" {
	as uid 1000 {
		rename "/etc/shadow" to "/tmp/s" => deny by secrets-stay
		link "/etc/shadow" to "/etc/ssl/private/s" => allow
		link "/etc/passwd" to "/etc/shadow" => allow
	}
	as uid 0 { rename "/etc/shadow" to "/tmp/s" => allow }
}
