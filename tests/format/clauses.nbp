policy clauses { seq 1 }
deny read
	on "/a"
	for s
	as short
deny read, write on tree "/etc/release-keys" except for signer owner "a@example.org" as keys
deny read, write on "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "/cccccccccccccccccc", {"/d", "/e"}, "/ffffffffffffffffffffffffffff" for s as long
deny exec on "/x" waive lockout "a reason that is long enough to leave no room behind it" ticket "T-1" expires 2027-01-01
subject s = exe "/usr/bin/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" and not (uid 0 or gid {1,2,3}) or cgroup "/aaaaaaaaaaaaaaaaaaaaaa" and uid 3 or gid 77
subject t = not (uid 1 or uid 2 or uid 3 or uid 4 or uid 5 or uid 6 or uid 7 or uid 8 or uid 9 or ( gid 1 and not gid 2 ))
deny read on "/b" for exe "/usr/bin/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" and not uid 0 or cgroup "/aaaaaaaaaaaaaaaaaaaaaa" as x
deny connect to anywhere port tcp/25 for s deny bind on port 1-1023 audit send to anywhere
assert never read, write on tree "/etc/release-keys", "/srv/another/place" for not signer and not admins
scope s { default deny connect, send allow connect to 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 port tcp/5432 for t as db }
