policy t { seq 1 date 2026-02-01 owner "all of it" }
deny read on "/a" owner "me@example.org" ticket "OPS-\"7\"" expires 2027-06-30 as one
deny read on "/b" expires 2026-01-31
deny read on "/c" expires 2026-02-01
audit read on "/d" ticket "old" expires 1970-01-01
