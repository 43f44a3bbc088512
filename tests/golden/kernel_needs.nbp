policy t { seq 1 kernel >= 5.15 }
deny read on "/a"
deny read on "/b" waive kernel "the hosts with 5.15 are gone by June"
deny listen on port tcp/80
deny socket on packet, inet
deny socket on inet/raw, inet6
