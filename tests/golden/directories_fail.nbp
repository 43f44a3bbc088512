policy directories { seq 1 kernel >= 6.1 }
deny read on "/opt/**/*.pem" as pems
deny read on tree "/opt/private"
deny create on tree "/closed" for uid 0

test "reasons" {
	as uid 0 {
		rename "/opt/x/" to "/certs/x" => allow
		rename tree "/tmp/x" to "/opt/x" => allow
		rename "/tmp/x/" to "/opt/x" => deny
		rename "/tmp/x/" to "/closed/x" => allow
	}
}
