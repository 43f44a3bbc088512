# The same of rules about the network: no more than 20 messages are printed.
policy ways-net { seq 1 kernel >= 6.1 }
deny bind on port tcp/80
deny socket on packet
deny connect to 192.0.2.1
deny connect to 192.0.2.2 for uid 5
