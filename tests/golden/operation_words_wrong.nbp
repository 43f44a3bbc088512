policy t { seq 1 }
subject box = uid 7
deny write, truncate on "/a"
deny modify, chmod, modify on "/a"
deny any, read on "/a"
deny any to "/a"
deny mkdir to 10.0.0.1
deny send on "/a"
deny listen, mkdir on "/a"
deny modifi on "/a"
scope box {
	default deny any
	default deny write
	allow truncate on "/b"
	allow modify on "/c"
	allow connect on "/d"
}
test "several" {
	as uid 1 {
		modify "/a" => deny
		any 10.0.0.1 tcp/1 => deny
	}
}
