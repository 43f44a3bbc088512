# Some of the kernels cannot let a directory without directories move.
policy directories { seq 1 kernel >= 5.10 }
deny read on "/opt/**/*.pem" as pems

test "unpacked" {
	as uid 0 {
		rename "/opt/tool.new/" to "/opt/tool" => allow
		rename "/tmp/x/" to "/opt/x" => allow
	}
}
