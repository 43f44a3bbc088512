policy t { seq 1 }
deny read on "/a\b"
deny read on "/a\/b"
deny read on "/é\n"
