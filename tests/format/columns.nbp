include "common/secrets.nbp"
policy columns { seq 1 kernel >= 6.1 # aligned
	mode enforce # with this

	expires 2028-01-01
	# of its own
	owner "x" }
paths a = "/a"  # one
net longer = 10.0.0.1 # two
ports x = 80
subject yy = uid 0

subject z = uid 1
paths a-name-that-is-longer-than-others-and-stands-out = "/a" # not aligned with
net n = ::1                                                # this
paths broken = { # with the sets above
	"/a", # aligned
	"/bbbbbb", # here
	"/a/path/that/is/so/long/that/no/other/comment/should/follow/it", # far out
}
net m = ::2 # with the rules below
deny read on "/größe" # characters are
deny read on "/groesse" # counted, not bytes
deny write on "/x"
deny exec on "/exec" # a line between them may have none
test "requests" {
	as uid 0 {
		read "/a" => allow
		connect [::1] tcp/80 => deny by rule 3 # why
		rename "/a/rather/long/name/of/a/file" to "/another/one" => allow
		bind :: tcp/1 => audit
	}
	as uid 1 { read "/a" => allow } as uid 2 { read "/a" => allow write "/b" => deny }
	as uid 3 {
		read "/a" => allow }
	as exe "/a/very/long/name/of/a/program/that/asks" gid { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } { read "/a" => allow }
}
