# For links.run: files that have names where no rule is.
policy guest-links {
    seq    1
    kernel >= 5.10
}

deny read on tree "/l/vault", tree "/m/vault", tree "/l/busy" as secret
deny read, list on tree "/l/quiet" as quiet
