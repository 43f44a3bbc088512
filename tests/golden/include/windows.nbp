deny read on "/a"
