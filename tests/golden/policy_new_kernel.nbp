policy t { seq 1 kernel >= 6.12.3 }
