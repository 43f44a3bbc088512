policy t { seq 1 kernel >= 5.10 }
deny accept to 192.0.2.1
deny connect from 192.0.2.1
deny accept, send from 192.0.2.1
deny accept from 192.0.2.1 port tcp/22
deny connect to 192.0.2.1 on port tcp/22
deny read on "/a" on port tcp/22
deny accept from "/a"
