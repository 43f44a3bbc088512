policy t { seq 1 }
paths set = { "/a", "/b" }
deny read on set as secrets-stay
test "requests" {
	as uid 1 {
		raed "/a" => allow
		modify "/a" => allow
		read set => allow
		read "/a/*" => allow
		read 10.0.0.1 => allow
		read "/a" to "/b" => allow
		revalidate exec "/a" => allow
		revalidate connect 10.0.0.1 => allow
		revalidate rename "/a" => allow
		read "/a" tcp/80 => allow
		rename "/a" => allow
		link "/a" to anywhere => allow
		connect 10.0.0.1 => allow
		connect "/a" tcp/80 => allow
		connect 10.0.0.0/8 tcp/80 => allow
		connect 10.0.0.1 80 => allow
		connect 10.0.0.1 tcp => allow
		connect 10.0.0.1 tcp/80-90 => allow
		connect 10.0.0.1 proto 6 => allow
		connect example tcp/80 => allow
		connect 10.0.0.1 tcp/99999 => allow
	}
}
