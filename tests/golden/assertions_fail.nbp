policy t { seq 1 }
subject admins = uid 0 or gid { 27, 1000-1010 }
subject nginx = exe { "/usr/sbin/nginx", "/opt/n*" } and cgroup "/web"
deny read on "/etc/shadow" except for admins as secrets-stay
deny read on "/etc/shadow" for uid 7
deny write on "/srv/*.key" for exe "/opt/*x" and not nginx
deny connect to 10.0.0.0/8 port tcp/80 for nginx
deny exec on tree "/tmp" for uid 1-100
assert never  read on "/etc/shadow"
assert always read on "/etc/shadow" for gid 27
assert always read on "/etc/shadow" for gid 28
assert never  write on "/srv/a.key" for exe "/opt/nx"
assert always write on tree "/srv" for exe tree "/opt"
assert never  exec on tree "/" for uid 1-100
assert never  exec on tree "/tmp" for uid 1-101
assert always connect to 10.0.0.1 port { tcp/79, tcp/80, icmp }
assert never  connect to 10.0.0.1 port proto 89 for nginx
assert never  read on "/x" for uid 1 and uid 2
assert never  read on "/x" for exe "/a" and exe "/b"
assert always read on "/x" for gid 1 and gid 2
