# kinds of sockets
policy t { seq 1 }
subject box = uid 7
deny socket on packet, raw for uid 33 as no-raw
deny socket on { inet/stream, unix/seqpacket, 38, 4/raw } for uid 34
scope box {
	default deny socket
	allow socket on inet, inet6/dgram
}
assert never socket on packet for uid 33
assert never socket on raw for uid 33
assert always socket on inet/dgram for uid 7
assert always socket on inet6 for uid 7
test "sockets" {
	as uid 33 {
		socket packet/raw => deny by no-raw
		socket packet => deny by no-raw
		socket inet6/raw => deny by no-raw
		socket netlink/raw => allow
		socket inet/stream => allow
	}
	as uid 34 { socket 38/seqpacket => deny  socket 4/stream => allow }
	as uid 7 { socket inet/raw => allow  socket inet6/stream => deny  socket vsock => deny }
}
