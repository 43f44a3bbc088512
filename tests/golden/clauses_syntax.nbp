policy t { seq 1 }
subject s = uid 1
deny connect to 10.0.0.0/8 pinned
deny connect to 10.0.0.0/8 host except on "/a"
deny read on "/a" except to 10.0.0.0/8 except port tcp/80
audit read on "/a" mode audit
audit read on "/a" pinned
deny connect to anywhere except to 10.0.0.0/8 port tcp/443
deny read on "/a" pinned pinned waive lockout "x" waive lockout "y" waive kernel "z"
deny read on "/a" mode enforce
scope s {
	default deny read for uid 2 on "/x"
	default deny write host
	allow read on "/a" pinned mode audit
}
assert never read on "/a" pinned
deny read on "/a" waive locout "x"
