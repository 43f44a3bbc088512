policy t { seq 1 }
deny read to "/a"
deny read on port 80
deny connect on 10.0.0.1
deny connect on port 80
deny connect, bind on port 80
deny bind on 127.0.0.1
deny read on "/a" port 80
