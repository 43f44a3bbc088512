# Rules about the layers of an overlay, and about the overlay itself.
policy guest-overlay {
    seq    1
    kernel >= 5.10
}

deny read on "/layers/low/secret" as layer
deny read, write on "/merged/named" as merged
deny load on "/merged/library" as code
deny write on tree "/layers/up" as upper
