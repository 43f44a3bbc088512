# Every corner of the meaning that somebody might have decided otherwise, asked.
policy corners { seq 1 }

subject box  = uid 10
subject hole = uid 10-11

# patterns: '**' at the end is one or more, elsewhere none or more; '*' takes a dot
deny read on "/a/**" as below
deny read on "/b/**/x" as between
deny read on tree "/c/*/d" as tree-of-pattern
deny read on "/e/*" as one-component
deny read on "/f/{one,two}.txt", "/g/{a/b,c}" as alternatives
deny read on "/h/[a-c]?" as bytes
deny read on "/i/\*" as a-star-itself

# what write, create and modify take along
deny write on "/w" waive replace "only the words are asked about" as whole-write
deny create on tree "/cron" as any-new-name
deny modify on tree "/m" as all-changes
deny exec on tree "/tmp" except on "/tmp/ok/**" as but-not-there

# addresses: mapped is IPv4, NAT64 and 6to4 are both, zero is loopback, or everything
deny connect to 10.1.0.0/16 as private
deny connect to 127.0.0.1 port tcp/80 as loopback
deny bind to 10.2.0.1 port tcp/80 as one-local
deny connect to 192.0.2.0/24 port 80 as every-protocol
deny send to 198.51.100.0/24 port tcp/25 as one-protocol

# scopes: each needs an allow, no allow takes back a deny, audit allows nothing
scope box {
	default deny connect
	allow connect to 203.0.113.0/24 port 443
	allow connect to 10.1.2.3
}
scope hole {
	default deny connect
	allow connect to { 203.0.113.1, 203.0.113.2 }
}
audit connect to 203.0.113.9 as seen

test "patterns" {
	as uid 1 {
		read "/a" => allow
		read "/a/x" => deny by below
		read "/a/x/y" => deny by below
		read "/b/x" => deny by between
		read "/b/p/q/x" => deny by between
		read "/b/x/y" => allow
		read "/c/d" => allow
		read "/c/p/d" => deny by tree-of-pattern
		read "/c/p/d/q/r" => deny by tree-of-pattern
		read "/c/p/q/d" => allow
		read "/e/.dot" => deny by one-component
		read "/e/p/q" => allow
		read "/f/two.txt" => deny by alternatives
		read "/f/three.txt" => allow
		read "/g/a/b" => deny by alternatives
		read "/g/c" => deny by alternatives
		read "/g/a" => allow
		read "/h/bx" => deny by bytes
		read "/h/dx" => allow
		read "/h/b" => allow
		read "/i/\*" => deny by a-star-itself
		read "/i/x" => allow
	}
}
test "words" {
	as uid 1 {
		write    "/w" => deny by whole-write
		truncate "/w" => deny by whole-write
		delete   "/w" => allow
		mkdir    "/cron/x" => deny by any-new-name
		symlink  "/cron/x" => deny by any-new-name
		bind     "/cron/x" => deny by any-new-name
		write    "/cron/x" => allow
		rename   "/tmp/x" to "/cron/x" => deny by any-new-name
		link     "/tmp/x" to "/cron/x" => deny by any-new-name
		chmod    "/m/x" => deny by all-changes
		acl      "/m/x" => deny by all-changes
		read     "/m/x" => allow
		exec     "/m/x" => allow
		rename   "/m/x" to "/m/y" => deny by all-changes
		exec     "/tmp/x" => deny by but-not-there
		exec     "/tmp/ok/x" => allow
		exec     "/tmp/ok" => deny by but-not-there
	}
}
test "addresses" {
	as uid 1 {
		connect [::ffff:10.1.2.3] tcp/1 => deny by private
		connect [64:ff9b::10.1.2.3] tcp/1 => deny by private
		connect 2002:a01:203::1 tcp/1 => deny by private
		connect [64:ff9b::10.3.0.1] tcp/1 => allow
		connect 0.0.0.0 tcp/80 => deny by loopback
		connect [::ffff:0.0.0.0] tcp/80 => deny by loopback
		connect :: tcp/80 => allow
		bind 0.0.0.0 tcp/80 => deny by one-local
		bind :: tcp/80 => deny by one-local
		bind 10.2.0.2 tcp/80 => allow
		bind :: tcp/81 => allow
		connect 192.0.2.1 sctp/80 => deny by every-protocol
		connect 192.0.2.1 udplite/80 => deny by every-protocol
		connect 192.0.2.1 icmp => allow
		send 198.51.100.1 tcp/25 => deny by one-protocol
		send 198.51.100.1 udp/25 => allow
	}
}
test "scopes" {
	as uid 10 {
		connect 203.0.113.1 tcp/443 => allow
		connect 203.0.113.1 sctp/443 => deny by rule 17
		connect 203.0.113.3 tcp/443 => deny by rule 20
		connect 10.1.2.3 tcp/1 => deny by private
		connect 203.0.113.9 tcp/443 => deny by rule 20
	}
	as uid 11 {
		connect 203.0.113.1 tcp/1 => allow
		connect 203.0.113.3 tcp/443 => deny by rule 20
	}
	as uid 12 {
		connect 203.0.113.3 tcp/1 => allow
		connect 203.0.113.9 tcp/1 => audit by seen
	}
	as exe "/usr/bin/whoever" { connect 203.0.113.9 tcp/1 => deny }
}
