# accept and receive are from peers; the port is the host's own
policy t { seq 1 kernel >= 5.10 }
subject web = exe "/usr/sbin/nginx"
net office = { 192.0.2.0/24, 2001:db8::/32 }
deny  accept          from anywhere  on port tcp/22  except for uid 0
deny  receive         from 203.0.113.7  as noise
audit accept, receive on port 8080
deny  connect, receive, accept to 198.51.100.9
scope web {
    default deny accept
    allow accept from office on port { tcp/80, tcp/443 }
    allow accept on port tcp/8443
}
assert never accept from 192.0.2.7 on port tcp/22 for uid 5
test "who may come in" {
    as exe "/usr/sbin/nginx" uid 33 {
        accept 192.0.2.7 tcp/443 => allow
        accept 192.0.3.7 tcp/443 => deny
        accept 192.0.3.7 tcp/8443 => allow
        accept 192.0.2.7 tcp/22 => deny by rule 1
    }
    as exe "/bin/x" uid 0 {
        accept 192.0.3.7 tcp/22 => allow
        accept 192.0.3.7 tcp/8080 => audit
        receive 203.0.113.7 udp/53 => deny by noise
        receive 198.51.100.9 icmp => deny
    }
}
