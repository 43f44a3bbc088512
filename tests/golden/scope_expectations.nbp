# What is said about scopes in tests holds; assertions and new names too.
policy t { seq 1 }
subject web = exe "/usr/bin/web"
scope web {
    default deny connect
    default deny write
    allow connect to 10.0.0.0/8 port 5432 as db owner "web team" ticket "W-1" expires 2030-01-01
    allow write on tree "/srv"
}
deny read on "/etc/shadow" for web
assert never read on "/etc/shadow" for web
assert never connect to 192.0.2.1 port tcp/80 for web
assert always write on "/srv/x" for web
test "a scope" {
    as exe "/usr/bin/web" uid 0 {
        connect 10.0.0.1 tcp/5432 => allow
        connect 10.0.0.1 sctp/5432 => deny by rule 1
        connect 192.0.2.1 tcp/80 => deny
        write "/srv/x" => allow
        write "/tmp/x" => deny
        read "/tmp/x" => allow
    }
    as exe "/usr/bin/other" uid 0 { connect 192.0.2.1 tcp/80 => allow }
}
test "a new name" { as exe "/usr/bin/web" uid 0 {
	rename "/srv/x" to "/tmp/x" => allow
	rename "/tmp/x" to "/srv/w/x" => deny by rule 2
} }
