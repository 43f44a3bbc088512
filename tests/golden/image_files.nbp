policy t { seq 1 }
# literals, a tree inside a tree, wildcards, subjects: what lowering makes of them
subject web = exe "/usr/sbin/nginx" and not uid 0
deny read, write on "/etc/shadow", tree "/srv/keys" except for uid 0
deny read on "/srv/keys/public/*.pem" for web
deny exec on "/tmp/**"
audit read on "**/id_rsa" for cgroup "/user.slice"
