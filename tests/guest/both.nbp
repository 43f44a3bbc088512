# One rule about a file, one about the network, for hosts that can do only one.
policy guest-both {
    seq    1
    kernel >= 5.10
}

deny read    on "/etc/shadow" as file-rule
deny connect to 127.0.0.2     as net-rule
