# What tests/net.sh expects of every line is in tests/net/matrix.cases.
policy net-matrix {
    seq    1
    kernel >= 5.10
}

net closed = { 127.0.0.2, fd00::2, 127.9.0.0/16, fd00:9::/32 }

deny  connect, send  to closed                               as closed-peers
deny  connect        to 127.0.0.3 port tcp/8080-8081         as some-ports
deny  send           to 127.0.0.4 port udp/53                as no-dns
deny  connect        to 127.0.0.1 port tcp/4444              as loopback-v4
deny  connect        to ::1 port tcp/5555                    as loopback-v6
deny  connect        to 127.0.0.6   except for uid 65534     as all-but-nobody
deny  connect        to 127.0.0.7   for uid 65534            as only-nobody
deny  bind           on port tcp/7000-7009                   as listen-ports
deny  bind           to 127.0.0.5                            as bind-address
deny  socket         on inet/dgram, inet6   for uid 65532    as no-sockets
deny  connect        to 127.20.0.0/16 port tcp/22            as outer
deny  connect        to 127.20.1.0/24 port udp/53            as inner
deny  connect        to 127.21.0.5-127.21.1.3                as range
deny  connect        to 127.22.0.0/16 except to 127.22.5.0/24 except port udp/53  as holes
deny  send           to 127.23.0.1 port icmp                 as no-echo
audit connect, send, bind  to 127.0.0.8                      as watched
