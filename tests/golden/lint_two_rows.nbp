# Trees and what names end in are in two rows: a rule is judged by all pairs that meet.
policy t { seq 1 kernel >= 6.1 }

deny read on "/*/**" for uid 5
deny read on "/*.key" for uid 5
# not redundant: of /x.pem nothing else speaks, and / has suffixes of its own
deny read on "**/*.pem" for uid 5
# redundant: it is in the tree, wherever that is
deny read on "/srv/**/*.crt" for uid 5
