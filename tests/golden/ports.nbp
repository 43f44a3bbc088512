policy t { seq 1 }
# forms of ports
deny connect to anywhere port 80
deny connect to anywhere port 8000-8999
deny connect to anywhere port tcp/0-1023, udp/53, sctp/65535
deny send to anywhere port udp, icmp, icmp6, udplite, dccp, gre
deny send to anywhere port proto 89, proto 0, proto 255
deny bind on port 25
deny bind on port { tcp/80, tcp/443 }
deny bind to 127.0.0.1
deny bind to 127.0.0.1 port tcp/8080
deny connect, send, bind to ::1 port 53 as local
