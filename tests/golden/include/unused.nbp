net unused = file "feed.txt"
