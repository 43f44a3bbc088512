policy t { seq 1 kernel >= 4.19 }
