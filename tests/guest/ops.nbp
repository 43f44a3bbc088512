# One rule for each operation, on a tree of its own; opsprobe.c knows the ways to do it.
# Whoever is in /maker makes what the others need.
policy guest-ops {
    seq    1
    kernel >= 5.10
}

subject others = not cgroup "/maker"

deny load    on tree "/o/load"    for others as load
deny create  on tree "/o/create"  for others as create
deny mkdir   on tree "/o/mkdir"   for others as mkdir
deny mknod   on tree "/o/mknod"   for others as mknod
deny symlink on tree "/o/symlink" for others as symlink
deny delete  on tree "/o/delete"  for others as delete
deny rename  on tree "/o/rename"  for others as rename
deny link    on tree "/o/link"    for others as link
deny chmod   on tree "/o/chmod"   for others as chmod
deny chown   on tree "/o/chown"   for others as chown
deny utimes  on tree "/o/utimes"  for others as utimes
deny xattr   on tree "/o/xattr"   for others as xattr
deny acl     on tree "/o/acl"     for others as acl
deny list    on tree "/o/list"    for others as list
deny stat    on tree "/o/stat"    for others as stat
deny mount   on tree "/o/mount"   for others as mount
deny ioctl   on tree "/o/ioctl"   for others as ioctl
deny receive on tree "/o/receive" for others as receive
deny connect on tree "/o/connect" for others as connect
deny bind    on tree "/o/bind"    for others as bind
