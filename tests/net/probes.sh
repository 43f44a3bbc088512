# SPDX-License-Identifier: BSD-2-Clause
# probes.sh   what update.run and egress.run begin with: counting, and programs that go on
# in the cgroup $GROUP, or in $SERVICE, and do something when they are told to.
passed=0 failed=0
ok() { # ok STATUS TEXT
	if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL: $2"; fi
}
lines() { # lines NAME: how many it has said
	wc -l <"$1.said"
}
until_said() { # until_said NAME N
	i=0
	while [ "$(lines "$1")" -lt "$2" ] && [ $i -lt 200 ]; do
		sleep 0.1
		i=$((i + 1))
	done
}
begin() { # begin NAME HOW ARG...
	name=$1
	shift
	: >"$name.said"
	(echo 0 >"${SERVICE-$GROUP}/cgroup.procs" && exec ./updateprobe "$@") >"$name.said" 2>&1 &
	eval "$name=$!"
	until_said $name 1
	[ "$(cat $name.said)" = ready ]
	ok $? "$*: $(cat $name.said)"
}
says() { # says NAME WANT WHEN: each time something new
	n=$(($(lines $1) + 1))
	eval kill -USR1 \$$1
	until_said $1 $n
	got=$(tail -1 $1.said)
	case $got in $2) ok 0 ;; *) ok 1 "$1 $3: expected $2, got $got" ;; esac
}
