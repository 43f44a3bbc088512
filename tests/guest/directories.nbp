# Renames of directories, which tests/guest/directories.run tries; and a place on a
# filesystem with a case-insensitive directory.
policy directories { seq 1 kernel >= 6.1 }
deny read on "/opt/**/*.pem" as pems
deny read on "/opt/tool/secret", tree "/opt/tool/private" as secrets
deny create on tree "/closed" for not uid 0 as closed
deny mkdir on "/srv/*"  for uid 33 as no-new
deny read on tree "/pin" for uid 33 pinned as pin
deny read on "/home/*/.ssh/id_*"
audit read on tree "/var/log" for uid 5
deny read on "/fold/vault/in/deep/secret", "/fold/vault/in/secret", "/fold/plain/secret"
subject s = uid 7
scope s {
	default deny create, rename
	allow create, rename on tree "/p", tree "/opt", tree "/r"
}

test "packages are unpacked" {
	as uid 0 {
		rename "/opt/tool.new/" to "/opt/tool" => allow
		rename "/opt/tool/private.new/" to "/opt/tool/private/" => allow
		rename "/opt/tool/private/" to "/opt/tool/public" => deny by secrets
		rename "/opt/tool/" to "/opt/tool.old" => deny by secrets
		rename "/opt/x/" to "/certs/x" => deny by pems
		rename "/certs/x/" to "/opt/x" => allow
	}
}

test "what has directories stays among its like" {
	as uid 0 {
		rename tree "/opt/tool.new" to "/opt/tool" => deny
		rename tree "/opt/tool.new" to "/opt/tool.newer" => allow
		rename tree "/opt/tool.new/a/b" to "/opt/c" => allow
		rename tree "/certs/x" to "/opt/x" => deny
		rename tree "/home/ann/docs" to "/home/eve/docs" => allow
		rename tree "/home/ann" to "/home/eve" => allow
		rename tree "/home/ann/.ssh" to "/home/eve/.ssh" => allow
		rename tree "/home/ann/.ssh" to "/home/eve/ssh" => deny
	}
}

test "who moves it counts" {
	as uid 33 {
		rename "/new/x/" to "/srv/x" => deny by no-new
		rename "/new/x" to "/srv/x" => allow
		rename "/new/x/" to "/closed/x/y" => deny by closed
	}
	as uid 0 {
		rename "/new/x/" to "/closed/x/y" => allow
		rename "/pin/d/" to "/new/d" => deny by pin
		rename tree "/var/log/a" to "/var/log/b" => allow
	}
	as uid 7 {
		rename "/p/d/" to "/r/e" => allow
		rename "/p/d/" to "/q/e" => deny
		rename tree "/p/d" to "/p/e" => allow
	}
}
