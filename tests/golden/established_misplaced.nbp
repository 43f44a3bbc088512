policy t { seq 1 }
subject s = uid 1
deny read on "/a" except established
audit connect to 10.0.0.0/8 except established
deny send to 10.0.0.0/8 except established
deny connect to 10.0.0.0/8 port udp/53 except established
deny connect to 10.0.0.0/8 except established except established
scope s {
	default deny connect except established
	default deny send except established
	allow connect to 10.1.0.0/16 except established
}
assert never connect to 10.0.0.0/8 except established
