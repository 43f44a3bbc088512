policy t { seq 1 }
deny connect, bind to anywhere
