policy t { seq 1 }
include "common/secrets.nbp"
net blocked = file "feeds/blocked.txt"
scope nginx {
    default deny connect, send => ;
    allow connect to 10.0.0.0/8 port tcp/5432
}
assert never  read on "/etc/shadow" for not admins
assert always connect to 10.1.2.3 port tcp/5432 for nginx
test "metadata" {
    as exe "/usr/sbin/nginx" uid 33 {
        connect [::ffff:169.254.169.254] tcp/80   => deny by rule 3
deny read on "/inside/a/block"
    }
}
allow read on "/a"
deny read on "/a" pinned
deny read on host "/a"
default deny read
deny read on "/still/parsed" forr uid 0
