policy boxed { seq 1 }
subject s = uid 1
scope s {
    default deny connect
    deny read on "/y"
    allow raed to 10.0.0.0/8
    allow connect to 10.0.0.0/8 port
    allow connect to 10.0.0.1
}
scope s { default allow connect }
scope { default deny connect }
allow connect to 10.0.0.0/8
deny read on "/still/parsed" forr uid 0
