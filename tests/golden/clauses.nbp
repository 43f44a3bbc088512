policy t { seq 1 }
# clauses in any order, text is canonical
deny write, read on "/b" as first except for uid 0 for gid 5
audit exec on
	"/usr/bin/x",
	"/usr/bin/y"	# a comment
	except for uid 0
deny connect to 10.0.0.1 for uid 1 port tcp/1 as second
