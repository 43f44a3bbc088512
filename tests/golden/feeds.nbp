policy t { seq 1 }
net alone   = file "include/feed.txt"
net blocked = { 10.1.0.0/16, file "include/feed.txt", file "include/crlf.txt", alone }
net nobody  = file "include/empty.txt"
deny connect to alone
deny send to blocked
audit connect to nobody
