# For leave.run: one file that is denied, and hooks that ask of all others.
policy guest-leave {
    seq    1
    kernel >= 5.10
}

deny read, write, rename, link on "/l/secret" as secret
