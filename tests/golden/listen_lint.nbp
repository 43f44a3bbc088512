# what is said of listening and of sockets: nothing that is not so
policy t { seq 1 }
deny listen on port tcp/80
deny listen on port tcp/80-90
deny listen on port tcp/0
deny listen to 10.0.0.1
deny socket on packet
deny socket on packet/raw
deny socket on inet/raw
audit socket on inet
