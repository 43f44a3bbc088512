policy lists { seq 1 }
# on one line when they fit, with a space inside
paths a={"/a","/b",}
paths b = {}
paths c = {
}
# a value a line where the author begins one
net d = {
10.0.0.1, 10.0.0.2 }
net e = { 10.0.0.1,
10.0.0.2 }
# and where they do not fit
ports f = {tcp/1, tcp/2, tcp/3, tcp/4, tcp/5, tcp/6, tcp/7, tcp/8, tcp/9, tcp/10, x}
# empty lines between values stay, one each
net g = {

	10.0.0.1,


	file "feed.txt", proto 47

}
deny read on {
"/a"
} for x as kept
deny read on {"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "/ccccccc"} for s except for t as broken
deny read on {"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"} for s as fits
deny connect to {192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7} port {tcp/1, tcp/2} for exe "/usr/bin/a-program-with-a-long-name-and-more" or exe {"/bin/a", "/bin/b"}
