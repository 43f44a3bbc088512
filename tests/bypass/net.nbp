# What tests/bypass/net_*.c try to get past; their addresses and ports are in net.h.
policy bypass-net {
    seq    1
    kernel >= 5.10
}

deny connect, send  to 10.88.0.2, fd00:88::2                            as closed
deny connect, send  to 10.88.0.255, 239.88.0.2, fe80::88:2              as many
deny connect, send  to 10.88.0.3, fd00:88::3  port tcp/7777, udp/7777   as ported
deny bind           to 10.88.0.4, fd00:88::4                            as local
deny bind           on port 7000-7009, 7400-8399                        as busy-ports
deny listen         to 10.88.0.9, fd00:88::9                            as no-listening
deny listen         on port 7200-7209, 7400-8399                        as shut-ports
deny socket         on packet, xdp, vsock, alg, unix/seqpacket          as unmade
deny socket         on inet, inet6  for uid 65532                       as offline
deny receive, accept from 10.88.0.5, fd00:88::5                         as hostile
deny receive, accept on port 7301                                       as private
deny connect, send  to 10.88.0.6  for uid 65534                         as subject-only
deny connect, send  to 10.88.0.7, fd00:88::7    except established      as older
deny receive, accept from 10.88.0.8             except established      as older-callers

# A firewall for one user: nothing but this, and nobody calls in.
subject boxed = uid 65533
scope boxed {
    default deny connect, send, accept, receive, bind
    allow connect to 10.88.0.1
    allow receive from 10.88.0.1
    allow bind on port tcp/7350, udp/7353
}
