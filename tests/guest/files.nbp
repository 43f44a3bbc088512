# What the guests enforce; files.cases says what each way to a file must give.
policy guest-files {
    seq    1
    kernel >= 5.10
}

paths secrets = { "/etc/shadow", tree "/srv/vault", "/srv/keys/*.key", "**/id_*" }
subject admins = uid 42 or gid 43

deny read, write on secrets except for admins as secrets
deny exec on tree "/srv/untrusted" as no-exec
deny write on "/srv/ledger" as append-nothing
deny read on "/srv/agent-only" except for exe "/srv/bin/agent" as agent
deny read on "/srv/not-for-worker" for exe "/srv/bin/worker" as worker
deny read on "/srv/not-for-box" for cgroup "/box" as box
deny read on "/srv/not-for-crates" for cgroup "/ship-*/crate-[0-9]" as crates
deny read on "/mnt/late/secret", "/mnt/first/secret" as late
audit read on "/srv/watched" as watched
deny read on "/srv/logged" mode audit as logged
deny write on tree "/srv/outer" except on tree "/srv/outer/inner", "/srv/outer/*.tmp" as carved
deny read on "/srv/pin/it" for uid 1000 pinned as stays
deny read on tree "/srv/pin/kept" for uid 1000 pinned as stays-too
deny write on tree "/srv/twice", tree "/srv/too" as below-twice
deny read on "/srv/twice/**/*.sec", "/srv/too/*.sec" as ends-in-sec
deny read on "/mnt/hosts/secret" host as of-the-host
deny read, write, list on tree "/srv/wallet" revalidate as wallet
deny read on "/srv/bin/busybox-held" as held
deny read on "/srv/homes/*/.ssh/key_*", "/srv/www/**/conf/*.{key,pem}", "/srv/disk[0-9]/x" as shapes
deny read on tree "/srv/homes/*/.gnupg", "**/.git/config" as behind-a-star

# One service, boxed in: it writes only here and talks only there.
subject boxed = cgroup "/scoped"

scope boxed {
    default deny write
    allow write on tree "/srv/scoped", "/dev/null", "/srv/twice/*.own", "/srv/own-*"
    default deny connect
    allow connect to 127.0.0.1 port udp/7
    allow connect to 127.0.0.5 except for uid 0
}
