policy t { seq 1 }
deny write on "/etc/app.conf"
deny write on tree "/etc/app.d" for uid 7
deny write on "/etc/kept"
deny delete, rename on "/etc/kept"
deny write on "/etc/kept-by-all" for uid 7
deny delete, rename on tree "/etc/kept-by-all"
deny write on "/etc/kept-from-others" for uid 7
deny delete, rename on "/etc/kept-from-others" for uid 8
deny read, write on "/etc/secret"
deny modify on "/etc/whole"
deny write on "/etc/meant" waive replace "root owns the directory"
deny modify on "/etc/not-needed" waive replace "nothing to waive"
audit write on "/etc/watched"
