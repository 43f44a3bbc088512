policy t { seq 1 }
deny read on "/a" as named
assert never read on "/a" as name owner "o" ticket "t" expires 2027-01-01
assert never connect to 10.0.0.0/8 port tcp/80
assert never connect to anywhere port tcp/80
assert never connect to 10.0.0.1
assert never connect to 10.0.0.1 port tcp
assert never bind on port tcp/80
assert never read on "/a" except on "/b"
assert never read on "/a" for root
assert never raed on "/a"
assert never read on 10.0.0.1
assert always connect to 10.0.0.1 port tcp/80 port tcp/81
assert always read on "/a" for uid 1
