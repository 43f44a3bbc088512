policy t { seq 1 }
deny connect to 10.1.2.3/8
deny connect to fd00::1/64
deny connect to ::ffff:10.0.0.1/104
deny connect to ::ffff:10.0.0.0/64
