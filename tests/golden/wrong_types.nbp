policy t { seq 1 }
net   metadata = 169.254.169.254
paths secrets = "/etc/shadow"
ports web = tcp/80
subject admins = uid 0
deny read on metadata
deny connect to secrets
deny connect to anywhere port metadata
deny read on "/a" for secrets
deny read on web, admins
deny read on 10.0.0.1, anywhere, proto 5
deny connect to "/etc/shadow", tree "/etc", proto 5
deny connect to 10.0.0.1 port "80", anywhere
deny read on "/a" for uid root
deny read on "/a" for uid "0" or gid tree "/x" or exe 5 or exe admins
deny read on "/a" for cgroup tree "/x" or cgroup 7 or cgroup "/a/*"
deny connect to tcp
