policy boxed { seq 1 }
net db = 10.0.0.0/8
subject s = uid 1
scope db { default deny connect }
scope none { default deny connect }
scope s { }
scope s {
    default deny send, read
    allow connect to db
    allow write on "/x"
    default deny connect, connect
    allow connect on "/z"
}
