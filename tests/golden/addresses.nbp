policy t { seq 1 }
# forms of addresses; what is IPv4-mapped becomes IPv4
deny connect to 0.0.0.0/0
deny connect to ::/0
deny connect to anywhere
deny connect to 169.254.169.254, 10.0.0.0/8, 10.0.0.5-10.0.1.9
deny connect to fd00:ec2::254, [::1], [fe80::]/10, fd00::1-fd00::ff
deny connect to ::ffff:10.0.0.1, ::ffff:10.0.0.0/104, ::ffff:1.2.3.4-::ffff:1.2.3.9
deny connect to ::ffff:1.2.3.4-1.2.3.9
deny connect to 255.255.255.255/32, 1.2.3.4/32
deny send to ::/64
deny connect to 64:ff9b::1.2.3.4
