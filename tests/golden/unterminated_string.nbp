policy t { seq 1 }
deny read on "/etc/shadow
deny read on "/ok
	deny read on "/a\"
