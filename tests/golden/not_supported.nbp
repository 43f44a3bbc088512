policy t { seq 1 }
# (lines of what is supported by now,
# kept empty)
scope nginx {
    default deny connect, send => ;
    allow connect to 10.0.0.0/8 port tcp/5432 {
deny read on "/inside/a/block"
    }
}
allow read on "/a"
deny read on "/a" pinned
deny read on host "/a"
deny write on "/b" waive overlay "read-only root here"
default deny read
deny read on "/still/parsed" forr uid 0
