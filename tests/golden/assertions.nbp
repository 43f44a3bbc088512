policy t { seq 1 }
paths secrets = { "/etc/shadow", tree "/etc/ssl", "/home/**/id_*" }
subject admins = uid 0 or gid { 27, 1000-1010 }
subject nginx = exe { "/usr/sbin/nginx", "/opt/n*" } and cgroup "/web"
deny read, write on secrets except for admins as secrets-stay
deny connect to { 10.0.0.0/8, fd00::/8 } port { tcp/80, icmp } for nginx
deny exec on "/tmp/**" for uid 1-100 or uid 90-65535
assert never  read, write on "/etc/shadow" for not admins
assert always read on "/etc/shadow" for uid 0
assert always read on "/etc/shadow" except for not admins
assert never  write on { tree "/etc/ssl/certs", "/home/**/id_r*" } for not admins
assert always write on tree "/srv"
assert always connect to 10.1.2.3 port tcp/81
assert never  connect to { 10.1.2.3, [fd00::1] } port { tcp/80, icmp } for nginx and uid 5
assert never  exec on tree "/tmp/x" for uid 1-65535
