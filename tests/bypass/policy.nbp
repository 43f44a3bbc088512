# What the techniques try to get around. The keeper makes the trees and is never bound.
policy bypass {
    seq    1
    kernel >= 5.10
}

subject keeper = uid 4242

deny read on tree "/b/read", "/f/*.key", "/late/secret", "/h/secret", "/e/read/secret",
    "/ci/dir/secret", "/fat/secret", "/fat/secretlongname.txt", "/proc/version",
    "/sys/kernel/profiling", tree "/h/alone", tree "/s/read", "/s/snapped/secret" except for keeper as reading
deny write on tree "/b/write", tree "/s/write", tree "/e/write" except for keeper as writing
deny read on tree "/b/again", tree "/s/again" except for keeper revalidate as reading-again
deny write on tree "/b/rewrite", tree "/s/rewrite" except for keeper revalidate as writing-again
deny list on tree "/b/relist" except for keeper revalidate as listing-again
deny exec on tree "/b/exec" except for keeper as executing

# who may, and who passes for somebody else
deny read on tree "/b/worker" for exe "/b/bin/worker" and not keeper as worker
deny read on tree "/b/agent" except for exe "/b/bin/agent" or keeper as agent
deny read on tree "/b/uid", "/layers/low/secret" for uid 1000 as user
deny read on tree "/b/box" for cgroup "/box" and not keeper as box
deny read on tree "/b/group" for gid 2000 and not keeper as group

subject scoped = cgroup "/scope" and not keeper
scope scoped {
    default deny read
    allow read on tree "/h/open"
}
