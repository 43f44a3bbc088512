policy t { seq 1 }
# what is beyond a trie of names and the last component, one rule each
deny read on "/home/*/.ssh/id_*", tree "/home/*/.ssh", "/srv/**/conf/*.{key,pem}", "**/.git/config"
deny read on "/a/?/b"
deny read on "/a/**/b/c"
deny read on "/a/**/b*/c/**"
deny read on "/a/[a-z]", "/a/[!a-z0]", "/a/x[-_\]]y", "/a/[*]", "/a/[\!\^\-]"
deny read on "/a/{b,c}", "/{a,b/c}/{d,e{f,g}}*", "/a/foo{,.bak}", "/a/x\,y\{z\}"
deny read on tree "/a/*", tree "**/x", tree "/a/**/[xy]"
deny read on tree "/a/**"
deny exec on "/é?/[!a]"
