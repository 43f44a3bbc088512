policy t { seq 1 }
	deny	read on "/größe/ж",	"/ok"	for unknown
