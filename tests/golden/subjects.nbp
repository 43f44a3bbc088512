policy t { seq 1 }
# precedence, sharing, normal forms of ids; equal atoms are one
subject nginx  = exe "/usr/sbin/nginx" and cgroup "/system.slice/nginx.service"
subject admins = uid 0 or gid { 27, 1000-1010 }
subject same   = not admins and nginx or uid { 7, 3-5, 6, 1, 3 }
subject tools  = exe { "/usr/bin/**/x*", "/usr/bin/dpkg", tree "/opt/tools", "/usr/bin/dpkg" }
subject swapped = exe { tree "/opt/tools", "/usr/bin/dpkg", "/usr/bin/**/x*" }
paths   bin    = { "/usr/bin/a", "/usr/bin/b" }
deny read on "/a" for nginx
deny read on "/b" except for admins
deny read on "/c" for same except for (tools or swapped) and not exe bin
deny read on "/d" for not (uid 0 and gid 0)
deny read on "/e" for exe bin or cgroup { "/", "/user.slice" } or uid 4294967294
deny read on "/f" for not not uid 0-0
deny read on "/g" for (uid 1 or uid 2) and (uid 3 or uid 4)
