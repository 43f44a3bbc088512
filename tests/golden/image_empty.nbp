policy t { seq 1 }
