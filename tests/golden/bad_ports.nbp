policy t { seq 1 }
deny connect to anywhere port tcp/65536
deny connect to anywhere port tcp/
deny connect to anywhere port tcp/080
deny connect to anywhere port 80/tcp
deny connect to anywhere port tcp/http
deny connect to anywhere port icmp/8
deny connect to anywhere port tpc/80
deny connect to anywhere port frobnicate/80
deny connect to anywhere port proto 256
deny connect to anywhere port proto tcp/1
deny connect to anywhere port 1-2-3
