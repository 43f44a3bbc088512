policy t { seq 1 }
deny socket on pakcet
deny socket on inet/strem
deny socket on "/a"
deny socket on stream
deny socket on 70000
deny socket to 10.0.0.1
deny socket on port tcp/80
deny socket, connect on packet
deny socket on packet port tcp/80
deny socket on inet except port tcp/80
test "t" { as uid 1 { socket "/a" => deny  socket inet tcp/80 => deny } }
