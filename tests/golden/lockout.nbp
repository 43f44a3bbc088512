policy t { seq 1 }
deny exec on tree "/tmp"
deny exec on tree "/usr" except for uid 0
deny read on "/etc/pam.d/*" for uid 0
deny exec on "/bin/*"
deny read on "**/*.so.*" except for exe "/usr/lib/systemd/systemd"
deny exec on "/sbin/init"
deny write on tree "/sys/fs/bpf" except for exe "/usr/local/sbin/netbpf-load"
deny write on tree "/sys/fs/bpf" except for exe "/usr/sbin/netbpf-load"
deny write on "/sys/**" for gid 0
deny exec, read on "/usr/local/sbin/netbpf-load" for uid 0
deny read on "/etc/passwd" for exe "/usr/sbin/sshd" and not uid 1000
deny read, exec on { "/bin/sh", "/bin/busybox" }  waive lockout "a kiosk: nobody logs in"
deny exec on tree "/bin" for cgroup "/build.slice"
deny connect to 0.0.0.0/0
deny connect to ::/0
deny bind on port 1-65535
deny send to anywhere
deny load on tree "/usr/lib/x86_64-linux-gnu"
deny stat on "**/libc.so.6" for uid 0
deny delete on tree "/sys/fs/bpf"
deny modify on tree "/sys/fs/bpf" except for exe { "/usr/sbin/netbpf-load", "/usr/local/sbin/netbpf-load" }
