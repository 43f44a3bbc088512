# Where the kernel's own filesystems stand: what rules say there.
policy t {
    seq    1
    kernel >= 5.10
}
deny read on "/proc/version", "/sys/kernel/*", "/**/mqueue"
deny read on tree "/dev" except on tree "/dev/pts"
deny read on tree "/sys/fs" host
