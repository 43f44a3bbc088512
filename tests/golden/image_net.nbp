policy t { seq 1 }
# overlapping prefixes with different ports are joined, not hidden by the longest
net inside = { 10.0.0.0/8, fd00::/8 }
deny connect to inside port tcp/22
deny connect, send to 10.1.0.0/16 for uid 1000-2000
audit connect to anywhere port 25
deny bind on port udp/53 as resolver
