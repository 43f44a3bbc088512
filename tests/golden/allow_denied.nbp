# An allow that opens nothing, beside some that do.
policy t { seq 1 }
subject web = uid 33
deny read on tree "/etc/keys" as keys
deny write on "/srv/a" for uid 0-99
deny connect to 10.0.0.0/8 except for uid 33
deny send to 10.0.0.0/8 mode audit
scope web {
	default deny read, write
	default deny connect, send
	allow read on "/etc/keys/web.pem", "/etc/keys/web.pub"
	allow read on "/etc/keys/web.pem", "/srv/x"
	allow read, write on "/srv/a"
	allow write on "/srv/a"
	allow connect to 10.1.2.3
	allow send to 10.1.2.3
}
