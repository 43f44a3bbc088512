policy t { seq 1  date 2026-01-01 }
deny read on "/users"   for cgroup "/user.slice/user-*.slice" as users
deny read on "/either"  for cgroup { "/a", "/**/b", "/{c,d}/e" } as either
deny read on "/below"   for cgroup "/jobs/**" as below
deny read on "/but"     except for cgroup "/system.slice/db-?.service" as but
assert never read on "/users" for cgroup "/user.slice/user-[0-9]*.slice"

test "patterns of cgroups" {
    as exe "/bin/sh" cgroup "/user.slice/user-1000.slice" uid 7 {
        read "/users" => deny by users
    }
    as exe "/bin/sh" cgroup "/user.slice/user-1000.slice/session-2.scope" uid 7 {
        read "/users" => deny by users
    }
    as exe "/bin/sh" cgroup "/user.slice/user@1000.service" uid 7 {
        read "/users" => allow
        read "/but"   => deny by but
    }
    as exe "/bin/sh" cgroup "/x/y/b/z" uid 7 {
        read "/either" => deny by either
    }
    as exe "/bin/sh" cgroup "/d/e" uid 7 {
        read "/either" => deny by either
    }
    as exe "/bin/sh" cgroup "/d" uid 7 {
        read "/either" => allow
    }
    as exe "/bin/sh" cgroup "/jobs" uid 7 {
        read "/below" => allow
    }
    as exe "/bin/sh" cgroup "/jobs/7" uid 7 {
        read "/below" => deny by below
    }
    as exe "/bin/sh" cgroup "/system.slice/db-1.service/worker" uid 7 {
        read "/but" => allow
    }
}
