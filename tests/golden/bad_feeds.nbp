policy t { seq 1 }
net a = file "include/bad_feed.txt"
net b = { a, file "include/bad_feed.txt" } # reported once
net c = file "include/control.txt"
net d = file "include/latin.txt"
net e = file "include/mark.txt"
net f = file "include/mac.txt"
deny connect to { a, b }
