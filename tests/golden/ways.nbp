# One rule for each way past rules that stays open, and some that have none.
policy ways { seq 1 kernel >= 6.1 }
audit read on tree "/a"
deny stat on tree "/a"
deny read on tree "/b" revalidate
deny write on "/c"
deny read on "/d"
deny exec on "/e"
deny load on "/f"
deny chmod on "/g"
deny chmod, acl on "/h"
deny read on "/i" for exe "/usr/bin/a"
deny read on "/j" except for exe "/usr/bin/b"
deny read on "/k" for uid 5
