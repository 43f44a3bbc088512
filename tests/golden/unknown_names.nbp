policy t { seq 1 }
paths secrets = "/etc/shadow"
subject admins = uid 0
deny read on secrtes
deny read on "/a" for admin
deny read on "/a" for entirely-different
deny connect to metadata port web
deny read on tcp
