# For links.run: files that have names where no rule is.
policy guest-links {
    seq    1
    kernel >= 5.10
}

deny read on tree "/l/vault", tree "/m/vault", tree "/l/busy" as secret
deny read, list on tree "/l/quiet" as quiet
# A key in /l/both has two rows, of the tree and of its ending; /l/both/named has one.
deny read on tree "/l/both", "/l/both/named.key" for uid 5 as in-tree
deny modify on "/**/*.key" for uid 6 as ending
