policy t { seq 1 }
# literals, trees, wildcards in wider ones; before and after
deny read on "/srv/x/k.pem"
deny read, write on tree "/srv" as all-of-srv
deny write on "/srv/*", "/srv/**/*.key" for uid 5
audit read on "/srv/y" except for uid 0
# two together do what one does, each is needed
deny read on { "/a", "/b" }
deny read on "/a"
deny write on "/a", "/b"
deny read, write on "/b"
# all names match the wildcard: nothing is left for the tree
deny read on "/tmp/**"
deny read on tree "/tmp/x"
# subjects: wider covers, narrower does not
deny read on "/s" for uid 1
deny read on "/s" for uid 1 and gid 2
deny read on "/t" for uid 1 and gid 2
deny read on "/t" for uid 2
# the tree is needed for what neither of the others names, though it stands last
deny read on "/w"
deny read on "/w/**/*.pem"
deny read on tree "/w"
# said once, by the check
deny exec on "/twice"
deny exec on "/twice"
# nothing is redundant here
audit read on "/u"
deny read on "/u" for uid 1
deny write on tree "/v"
deny read, write on "/v/w"
# addresses, ports, families
deny connect to 10.0.0.0/8 port tcp/20-25
deny connect to ::ffff:10.1.0.0/112 port tcp/22 as narrow
deny connect to 10.1.0.0/16 port 22
deny connect to 10.0.0.0-10.2.0.0 port tcp/23 for uid 7
audit send, connect to 10.0.0.0/8 port tcp/24
deny bind on port udp/53
deny bind to 127.0.0.1 port udp/53
