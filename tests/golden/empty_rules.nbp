# a policy may be only its block
policy nothing-yet { seq 3 mode enforce }
