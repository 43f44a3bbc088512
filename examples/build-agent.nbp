# SPDX-License-Identifier: BSD-2-Clause
# A build agent: it runs what other people wrote, as user 990, each job in a cgroup
# below /build.slice. Jobs may do as they like in their workspace; they may not read
# the signing keys, change the machine, or wander about the internal network.

policy build-agent {
	seq     1
	owner   "build-infra@example.org"
	kernel  >= 5.10
	mode    enforce
	date    2026-01-01
	expires 2028-12-31
}

subject jobs   = cgroup "/build.slice"
subject agent  = exe "/usr/local/bin/build-agent"
subject signer = exe "/usr/local/bin/release-signer" and uid 991

# ---- the machine ----

# One program, as one user, reads the signing keys. Not even root does: root that needs
# them uninstalls the policy first, which is logged.
deny read, write on tree "/etc/release-keys" except for signer as keys
deny read on "/etc/build-agent/token" except for agent or uid 0 as agent-token
deny read, write on { "/etc/shadow", "/etc/gshadow" } for jobs as passwords

paths system = {
	tree "/etc",
	tree "/usr",
	tree "/boot",
	tree "/root",
	tree "/var/lib/build-agent",  # workspaces are elsewhere, in /srv/build
}
deny modify on system for jobs as machine-stays

# A job that ends must not leave anything behind that runs later.
deny modify on { tree "/var/spool/cron", tree "/run/systemd/system" }
	for jobs
	as no-leftovers

# What a job downloads and runs from /tmp is most often harmless. Look at it.
audit exec on "/tmp/**" for jobs as runs-from-tmp

# ---- the network ----

net metadata = { 169.254.169.254, fd00:ec2::254 }

net internal = {
	10.0.0.0/8,
	172.16.0.0/12,
	192.168.0.0/16,
	fc00::/7,
	fe80::/10,
}

# The package mirror and the source host.
net servers = { 10.20.0.10, 10.20.0.11 }

deny connect, send to { metadata, internal }
	except to servers
	for jobs
	as no-internal
deny connect, send to anywhere
	port { tcp/22, tcp/25 }
	for jobs
	as no-ssh-no-mail
deny bind on port 1-1023 for jobs as no-services
audit connect to servers for not jobs as mirror-from-outside

# ---- what must stay true ----

assert never read, write on tree "/etc/release-keys" for not signer
assert never write on system for jobs
assert always read on "/etc/release-keys/key" for signer and not jobs
assert always connect to servers port tcp/443

test "a job" {
	as exe "/bin/sh" cgroup "/build.slice/job-7" uid 990 gid 990 {
		read    "/etc/release-keys/key"  => deny by keys
		read    "/etc/build-agent/token" => deny by agent-token
		write   "/usr/bin/cc"            => deny by machine-stays
		write   "/srv/build/7/a.o"       => allow
		exec    "/tmp/configure"         => audit by runs-from-tmp
		connect 10.20.0.10 tcp/443       => allow
		connect 10.20.0.12 tcp/443       => deny by no-internal
		connect 192.0.2.1 tcp/22         => deny by no-ssh-no-mail
		connect [fd00:ec2::254] tcp/80   => deny by no-internal
		link    "/etc/release-keys/key" to "/srv/build/7/key" => deny by machine-stays
	}
}
