policy t { seq 1 }
host "web" {
deny read on "/inside/a/block"
}
allow read on "/a"
deny read on "/a" pinned
deny read on host "/a"
deny write on "/b" waive overlay "read-only root here"
default deny read
deny read on "/still/parsed" forr uid 0
