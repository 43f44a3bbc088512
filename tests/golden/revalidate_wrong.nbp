policy t { seq 1 }
subject s = uid 1
deny exec, load on "/a" revalidate
deny connect to 10.0.0.0/8 revalidate
deny read on "/a" revalidate revalidate
scope s {
	default deny truncate revalidate
	default deny connect revalidate
	allow read on "/a" revalidate
}
assert never chmod on "/a" revalidate
