# SPDX-License-Identifier: BSD-2-Clause
# A web tier: nginx in front of something, systemd starting both. What this policy
# adds to an ordinary server is that a worker that has been taken over finds no keys,
# no cloud credentials, and no place to run a program of its own from.

policy web-tier {
	seq     1           # one more in each release; hosts refuse to go back
	owner   "platform-security@example.org"
	kernel  >= 5.10
	mode    enforce     # audit: try it out, denials are only logged
	date    2026-01-01  # of this text: makes bundles reproducible
	expires 2028-12-31  # not installed after this day; never stops enforcing
}

# ---- what is protected ----

# The canonical names of files. A link, a bind mount or a container does not change
# them, and renaming a protected file away is refused to those whom the rule binds.
paths secrets = {
	"/etc/shadow",
	"/etc/gshadow",
	"/etc/ssh/ssh_host_*_key",
	tree "/etc/ssl/private",          # who reads it as group ssl-cert belongs into
	tree "/etc/letsencrypt/archive",  # the exception of the rule secrets-stay
}

# Keys of people, however deep below their homes: theirs, but nothing for a server.
paths keys = { "/home/**/id_*", "/root/**/id_*" }

paths served  = { tree "/srv/www", tree "/etc/nginx" }
paths scratch = { tree "/tmp", tree "/var/tmp", tree "/dev/shm" }

# The address where clouds hand out credentials to whoever asks.
net metadata = { 169.254.169.254, fd00:ec2::254 }

ports mail = { tcp/25, tcp/465, tcp/587 }

# ---- whom rules are about ----

# The executable is the file that was executed, recorded when that happened: a process
# cannot pretend. The cgroup is what systemd puts the service into, and all below it.
subject nginx  = exe "/usr/sbin/nginx" and cgroup "/system.slice/nginx.service"
subject worker = nginx and not uid 0  # the master reads certificates as root
subject root   = uid 0

# ---- rules: a set, their order means nothing ----

deny read, write on secrets except for root as secrets-stay
deny read, write on keys for nginx as keys-stay
deny modify on served for worker as content-is-deployed
deny exec on scratch as nothing-runs-from-scratch
deny connect, send to metadata for nginx as metadata-closed

# The names of services belong to services. Port 0 means "any free port" to bind(2),
# which everybody may ask for: so the range begins with 1.
deny bind on port 1-1023 except for root or cgroup "/system.slice" as low-ports

# Nobody sends mail from here. If somebody starts to, this is how it is noticed.
audit connect to anywhere port mail as mail-seen

# ---- what must stay true, whoever changes a rule above ----

# Decided for every subject there can be; if one fails, nothing is compiled.
assert never read on { "/etc/shadow", tree "/etc/ssl/private" } for not root
assert always read on tree "/etc/letsencrypt/archive" for root
assert never connect, send to metadata port { tcp/80, udp/53 } for nginx

test "a worker that was taken over" {
	as exe "/usr/sbin/nginx" cgroup "/system.slice/nginx.service" uid 33 gid 33 {
		read    "/etc/ssl/private/site.key"     => deny by secrets-stay
		read    "/home/eve/.ssh/id_ed25519"     => deny by keys-stay
		write   "/srv/www/index.html"           => deny by content-is-deployed
		read    "/srv/www/index.html"           => allow
		connect [::ffff:169.254.169.254] tcp/80 => deny by metadata-closed
		connect 192.0.2.25 tcp/25               => audit by mail-seen
		connect 192.0.2.80 tcp/443              => allow
		bind    0.0.0.0 tcp/443                 => allow
	}
	as exe "/tmp/x" uid 33 {
		exec "/tmp/x"       => deny
		bind 0.0.0.0 tcp/80 => deny
	}
}

test "the master still starts" {
	as exe "/usr/sbin/nginx" cgroup "/system.slice/nginx.service" uid 0 gid 0 {
		read "/etc/letsencrypt/archive/site/privkey1.pem" => allow
		bind :: tcp/80 => allow
	}
}

test "protection travels with the name" {
	as uid 33 {
		link   "/etc/shadow" to "/srv/www/copy" => deny by content-is-deployed
		rename "/etc/gshadow" to "/etc/ssl/private/g" => allow  # as closed as before
	}
}
