# What explain says, in words and for programs.
policy explain { seq 1 kernel >= 6.1 }
paths secrets = { "/etc/shadow", tree "/etc/ssl/private", "/srv/**/*.key" }
deny read, write on secrets except for uid 0 or gid { 27, 1000-1010 } as secrets-stay owner "ops \"on call\"" ticket "OPS-1"
deny read on tree "/etc" except on "/etc/passwd" for exe "/usr/bin/app" mode audit
audit exec on tree "/tmp" for cgroup "/system.slice"
deny connect, send to { 192.0.2.0/24, fd00::/8 } port tcp/80, udp/53 for uid 33
deny any to 203.0.113.7
deny socket on packet, inet/raw
deny create on tree "/closed"
deny read on "/srv/data/*" for uid 33 revalidate
