# SPDX-License-Identifier: BSD-2-Clause
# A developer's workstation. The programs that meet the internet all day cannot read
# the keys that open everything else, and what arrives by mail or on a stick does not
# run from where it lands.

policy workstation {
	seq     1
	owner   "it-security@example.org"
	kernel  >= 5.10
	mode    audit  # begin by looking; change to enforce when it is quiet
	date    2026-01-01
	expires 2028-12-31
}

paths keys = {
	"/home/**/id_*",    # ssh
	"/home/**/*.kdbx",  # password stores
	"/home/**/credentials.json",
	"**/*.p12",         # certificates with their keys, wherever they are
	"**/*.pfx",
}

paths browser-programs = {
	"/usr/lib/firefox/firefox",
	"/usr/lib/firefox-esr/firefox-esr",
	"/usr/lib/chromium/chromium",
	"/opt/google/chrome/chrome",
	tree "/usr/lib/thunderbird",
}

subject online = exe browser-programs
subject people = uid 1000-59999  # not services, not root

# Upload a key by mistake, or by an exploit: no.
deny read, write on keys for online as keys-stay-offline

# Programs run from where packages put them, not from where things arrive.
paths arrivals = {
	tree "/tmp",
	tree "/var/tmp",
	tree "/dev/shm",
	tree "/media",
	tree "/run/media",
}
deny exec on arrivals for people as nothing-runs-from-arrivals

# Start-up files of everybody are the system's.
deny modify on { "/etc/profile", tree "/etc/profile.d", tree "/etc/xdg" }
	except for uid 0
	as start-up-files

# Protocols that send passwords as they are.
ports in-the-clear = { tcp/21, tcp/23, tcp/110, tcp/143 }
deny connect to anywhere port in-the-clear for people as no-cleartext

# Nobody serves anything to the network from a desk; 127.0.0.1 and ::1 stay free, and
# so does port 0, by which programs ask for any free port before they connect.
deny bind to anywhere
	port tcp/1-65535
	except to { 127.0.0.0/8, ::1 }
	for people
	as no-servers

audit connect to anywhere port tcp/22 for people as ssh-seen

# Tests speak of the rules: in mode audit a denial that is only logged is a deny.
assert never read, write on keys for online
assert never exec on tree "/tmp" for people

test "a browser" {
	as exe "/usr/lib/firefox/firefox" uid 1000 gid 1000 {
		read    "/home/eve/.ssh/id_ed25519"     => deny by keys-stay-offline
		read    "/home/eve/Downloads/page.html" => allow
		exec    "/tmp/setup"                    => deny by nothing-runs-from-arrivals
		connect 192.0.2.1 tcp/443               => allow
		connect 192.0.2.1 tcp/23                => deny by no-cleartext
		bind    127.0.0.1 tcp/8080              => allow
		bind    192.0.2.7 tcp/8080              => deny by no-servers
		link    "/home/eve/k.kdbx" to "/tmp/k"  => deny by keys-stay-offline
	}
	as exe "/usr/bin/keepassxc" uid 1000 {
		read "/home/eve/k.kdbx" => allow
	}
	as exe "/usr/bin/apt" uid 0 {
		exec  "/tmp/setup"   => allow
		write "/etc/profile" => allow
	}
}
