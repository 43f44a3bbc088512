# What tests/guest/sockets.run expects of every line is in sockets.cases.
policy sockets {
    seq    1
    kernel >= 5.10
}

deny listen       to 10.88.0.4, fd00:88::4                                 as at-address
deny listen       on port 8000-8009                                       as at-port
deny listen       on port tcp/8100  except for uid 65534                  as reserved
deny bind         to 10.88.0.5, fd00:88::5  port { proto 253, icmp, sctp, udp } as bind-address
deny bind         on port sctp/8200                                       as bind-sctp
deny socket       on packet, netlink/raw, 38                              as families
deny socket       on unix/seqpacket, inet6/dccp  for uid 0                as types
audit socket      on vsock                                                as watched

subject boxed = uid 65533
scope boxed {
    default deny listen, socket
    allow listen to anywhere port tcp/8300-8309
    allow socket on inet/stream, unix
}
