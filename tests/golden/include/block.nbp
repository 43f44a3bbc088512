policy inner { seq 1 }
