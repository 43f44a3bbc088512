# Rules about filesystems of which the host mounts parts.
policy guest-parts {
    seq    1
    kernel >= 5.10
}

deny read on "/home/ann/secret", "/home/ann/sub/secret", "/opt/secret" as named
deny read on "/@home/ann/secret", "/ann/secret", "/top/@home/ann/secret", "/bound/secret", "/ann2/secret" as elsewhere
deny read on tree "/srv/kept/vault" as kept
deny list on "/home" as place
deny exec on "/opt/prog" as program
deny read on "/opt/agent-only" except for exe "/opt/agent" as agent
deny read on "/fat/secret" as folded
deny read on "/net/secret", tree "/net/b" as served
deny modify on "/opt/agent" for uid 1 as kept-agent
deny read on "/srv/late/secret" as late
