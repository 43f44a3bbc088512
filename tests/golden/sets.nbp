policy t { seq 1 }
# sets of sets, before and after their definition, nested in lists
paths all     = { secrets, "/opt/x", keys }
paths secrets = "/etc/shadow"
paths keys    = { tree "/etc/ssl/private", "/home/**/id_*", }
net   inner   = { outer, 10.0.0.0/8 }
net   outer   = { 192.0.2.1, 2001:db8::/32 }
ports web     = { tcp/80, tcp/443, quic }
ports quic    = udp/443
deny read on all
deny write on secrets, { keys, "/opt/y" }
deny connect to inner, 198.51.100.7 port web, tcp/8080
