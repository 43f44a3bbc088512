# Names that race.c moves objects to and from, while others open them.
policy race {
    seq    1
    kernel >= 5.10
}

subject keeper = uid 4242

deny read on tree "/r/prot", tree "/r/hidden", tree "/r/lost", "/r/**/*.pem", "/r/late/secret", tree "/r/disk/w" except for keeper as protected
deny read on tree "/r/worker" for exe "/r/bin/worker" as worker
deny read on tree "/r/uid" for uid 1000 as user
