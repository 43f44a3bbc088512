# What is asked again of files that are open: rules, defaults, tests, assertions.
policy t { seq 1 }
subject boxed = uid 33
deny read, write on "/etc/key" for uid 1000 revalidate as key
deny read on tree "/etc" for uid 1000 as once
deny modify on tree "/srv" revalidate pinned as kept
deny list on "/secret/*" revalidate mode audit as listed
audit write on "/var/log/x" revalidate as seen
scope boxed {
	default deny read revalidate as closed
	default deny write
	allow read on tree "/usr"
}
assert never read on "/etc/key" for uid 1000 revalidate
assert always read on "/etc/passwd" for uid 1000 revalidate
assert never write on tree "/srv" revalidate

test "what is open" {
	as uid 1000 {
		read "/etc/key"                   => deny by key
		revalidate read "/etc/key"        => deny by key
		read "/etc/passwd"                => deny by once
		revalidate read "/etc/passwd"     => allow
		revalidate write "/srv/a"         => deny by kept
		revalidate list "/secret/a"       => audit by listed
		revalidate write "/var/log/x"     => audit by seen
		rename "/etc/key" to "/etc/k"     => deny by key
		rename "/etc/passwd" to "/etc/key" => allow
	}
	as uid 33 {
		revalidate read "/tmp/x"  => deny by closed
		revalidate read "/usr/x"  => allow
		revalidate write "/tmp/x" => allow
		write "/tmp/x"            => deny
	}
}
