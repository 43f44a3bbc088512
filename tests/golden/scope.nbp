policy boxed { seq 1 }
subject nginx = exe "/usr/sbin/nginx" or cgroup "/web"
net db = { 10.0.0.0/8, fd00::/8 }

deny read on "/etc/shadow"

scope nginx {
    default deny connect, bind
    default deny write
    allow connect to db port 5432 as to-the-database
    allow bind on port tcp/80, sctp/80, 443
    allow write on tree "/var/log/nginx", "/run/nginx.pid" except for uid 0
}

scope nginx { default deny send }
