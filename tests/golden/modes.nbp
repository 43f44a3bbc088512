# Clauses that change how a rule is held: pinned, host, mode audit; also on defaults.
policy t { seq 1 }
subject boxed = uid 33
deny read, write on "/etc/key" for uid 1000 pinned as key
deny write on tree "/etc/also" for uid 1000 pinned as also
deny read on tree "/etc/also" for uid 1000 as also-read
deny read on "/etc/shadow" host as ours
deny exec on tree "/opt" mode audit as trial
deny exec on "/opt/bad" as bad
scope boxed {
	default deny read as closed owner "o" ticket "T-1" expires 2027-01-01
	default deny write mode audit as soon-closed
	allow read on tree "/srv" host
}
assert never read on "/etc/shadow" host
assert always exec on "/opt/good"

test "how rules are held" {
	as uid 0 {
		rename "/etc/key" to "/tmp/k"      => deny by key
		rename "/etc/key" to "/etc/also/k" => deny by key
		link "/etc/also/a" to "/etc/also/b" => allow
		read "/etc/key"                    => allow
		read "/etc/shadow"                 => deny by ours
		exec "/opt/good"                   => audit by trial
		exec "/opt/bad"                    => deny by bad
		rename "/opt/good" to "/tmp/g"     => audit by trial
	}
	as uid 33 {
		write "/tmp/x" => audit by soon-closed
		read "/tmp/x"  => deny by closed
		read "/srv/x"  => allow
	}
	as uid 33 not host { read "/srv/x" => deny by closed }
	as uid 0 not host  { read "/etc/shadow" => allow }
}
