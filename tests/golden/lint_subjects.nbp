policy t { seq 1 kernel >= 6.1 }
# two subjects together make up the third
deny read on "/a" for uid 0-9
deny read on "/a" for uid 10-19
deny read on "/a" for uid 0-19 as both
# a number in a range
deny read on "/b" for uid 0-99
deny read on "/b" for uid 33 as within
# everybody, known or not
deny read on "/c" for exe "/usr/bin/a"
deny read on "/c" for not exe "/usr/bin/a"
deny read on "/c" as everybody
# patterns, and dimensions together
deny read on tree "/d" for exe tree "/usr"
deny read on "/d/x" for exe "/usr/bin/a" and uid 5 as narrower
deny read on "/d/y" for exe "/opt/a" and uid 5 as not-this
# a gap, in ids and in what is known
deny read on "/e" for uid 0-8
deny read on "/e" for uid 10-19
deny read on "/e" for uid 0-19 as gap
# groups: a task has several
deny read on "/f" for gid 5
deny read on "/f" for not gid 5-6
deny read on "/f" for gid 7 as group-of-six
deny read on "/f" for gid 5 and gid 7 as groups
# operations by different rules, and one that is needed for nothing
deny read on "/g" for uid 1
deny read, write on "/g" for uid 2
deny modify on "/g" for uid 1-2
deny read on "/g" for uid 3
deny read, write on "/g" for uid 1-2 as split
# a rule that only logs takes nothing over
deny read on "/h" for uid 1 mode audit
deny read on "/h" for uid 2
deny read on "/h" for uid 1-2 as enforced
# the network
deny connect to 10.0.0.0/8 for uid 1
deny connect to 10.0.0.0/8 for uid 2
deny connect to 10.1.0.0/16 port tcp/80 for uid { 1, 2 } as peers
# nobody has two uids, but of somebody whose uid is unknown the rule holds
deny read on "/i" for gid 5
deny read on "/i" for gid 5 or uid 1 and uid 2 as of-the-unknown
