policy t { seq 1 kernel >= 5.19 }
deny read on "/b" waive kernel "the hosts with 5.19 are gone by June"
deny connect to 10.0.0.0/8 waive kernel "nothing to waive"
