# every word for operations
policy t { seq 1 }
paths web = { tree "/srv/web" }
subject box = uid 7
deny read, write on web
deny exec, load on web
deny create, delete on web
deny mkdir, mknod, symlink on "/srv/a"
deny rename, link on "/srv/b"
deny chmod, chown, utimes on "/srv/c"
deny xattr on "/srv/d"
deny acl, truncate on "/srv/d"
deny list, stat on "/srv/e"
deny mount, ioctl on "/srv/f"
deny receive on "/srv/g"
deny connect, bind on "/run/web.sock"
deny modify on tree "/usr/lib/web"
deny any on "/srv/secret"
deny any to 192.0.2.1
deny connect, send, bind to 192.0.2.2
deny receive from 192.0.2.3
deny listen, accept on port tcp/80
scope box {
	default deny connect, bind
	default deny modify
	allow connect to 10.0.0.1
	allow write, delete on "/srv/box"
}
test "words for one and for several" {
	as uid 7 {
		write "/srv/box" => allow
		truncate "/srv/box" => allow
		chmod "/srv/box" => deny
		bind 10.0.0.1 tcp/80 => deny
	}
	as uid 8 {
		mkdir "/srv/web/x" => deny by rule 3
		bind "/srv/web/x" => deny by rule 3
		connect "/run/web.sock" => deny
		connect 192.0.2.1 tcp/1 => deny
		receive "/srv/g" => deny
		receive 192.0.2.3 tcp/80 => deny
		rename "/srv/b" to "/srv/bb" => deny by rule 5
		rename "/srv/bb" to "/srv/web/b" => deny by rule 3
		rename "/srv/d" to "/srv/dd" => deny by rule 7
		link "/srv/bb" to "/srv/cc" => allow
		rename "/srv/a" to "/srv/aa" => allow
	}
}
