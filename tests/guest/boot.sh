#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# boot.sh [-j JOBS] [-t SECONDS] RUN [FILE...]   boots Debian kernels, runs RUN in each
#
# Each guest has busybox, the FILEs and RUN in /t, an active BPF LSM, and no disk
# and no network; it passes when RUN exits 0. The machine is emulated (no KVM), so a boot
# takes seconds and no right beyond running qemu. Kernels come from the Debian
# mirror that apt already uses, through lists of our own, and are kept in
# $NETBPF_CACHE. A kernel that cannot be had is skipped, a `must` one fails.
#
# KERNELS      lines "name must|may suite,suite... package-regex"; - = apt's own sources
# CPU          what the processor has; without what is left out here, which an emulator only
#              takes longer for, guests are a tenth faster
# QEMU_EXTRA   further qemu options: "-icount shift=0,sleep=off" makes the guest's
#              clock count instructions
# MEM          megabytes of memory
# APPEND       further words for the kernel's command line
# LSM          the lsm= list; without bpf in it, a guest may pass all the same
# MODULES      kernel modules to load before RUN, in that order; one that is built in is
#              no error
# LIVE         lines with this are shown at once, on descriptor 3
# TURNS        a folder: all that name it boot no more than JOBS guests at once together
set -eu

jobs=2 limit=400
while getopts j:t: o; do
	case $o in
	j) jobs=$OPTARG ;;
	t) limit=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 1 ] || { echo "usage: boot.sh [-j JOBS] [-t SECONDS] RUN [FILE...]" >&2; exit 2; }

if [ -w /var/cache ]; then base=/var/cache; else base=${HOME:-/tmp}/.cache; fi
cache=${NETBPF_CACHE:-${XDG_CACHE_HOME:-$base}/netbpf}
KERNELS=${KERNELS:-"\
5.10 may  bullseye              ^linux-image-5\.10\..*-cloud-amd64\$
6.1  must -,bookworm            ^linux-image-6\.1\..*-cloud-amd64\$
6.12 must -,bookworm-backports  ^linux-image-6\.12\..*-cloud-amd64\$
6.18 may  trixie-backports      ^linux-image-6\.18\..*-cloud-amd64\$
new  may  trixie-backports      ^linux-image-[0-9].*-cloud-amd64\$"}
lsm=${LSM:-lockdown,capability,landlock,yama,bpf}
keys=/usr/share/keyrings/debian-archive-keyring.gpg
busybox=$(command -v busybox) || { echo "boot.sh: busybox-static is missing; run ./setup --check" >&2; exit 3; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$cache"
turns=${TURNS:-$work} suite=$(basename "$1")

apt_of() { # apt_of SUITE apt-get|apt-cache ARG...: "-" = as the system is set up
	suite=$1 tool=$2
	shift 2
	if [ "$suite" = - ]; then
		"$tool" -o APT::Sandbox::User=root "$@"
		return
	fi
	own=$cache/apt/$suite
	mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
	[ -e "$own/status" ] || : >"$own/status"
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
		grep '/debian/*$' | head -1)
	[ -n "$mirror" ] || { echo "boot.sh: apt has no Debian mirror configured" >&2; return 1; }
	echo "deb [signed-by=$keys] $mirror $suite main" >"$own/list"
	"$tool" -o Dir::Etc::SourceList="$own/list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$own/lists" -o Dir::State::Status="$own/status" \
		-o Dir::Cache="$own/cache" -o APT::Sandbox::User=root "$@"
}

newest() { # newest SUITE REGEX: a package's name
	apt_of "$1" apt-cache search --names-only "$2" |
		awk '$1 !~ /unsigned|dbg/ { print $1 }' | sort -V | tail -1
}

fresh() { # the lists of a suite are younger than half a day
	[ -n "$(find "$cache/apt/$1/lists" -name '*Packages*' -mmin -720 2>/dev/null)" ]
}

kernel_of() { # kernel_of SUITE REGEX: the folder of the newest match, unpacked
	[ "$1" = - ] || fresh "$1" || apt_of "$1" apt-get -qq update >&2 || return 1
	package=$(newest "$1" "$2")
	[ -n "$package" ] || return 1
	to=$cache/kernels/$package
	if [ ! -e "$to/.complete" ]; then
		# From 7.0 on the image is split into binary, modules and base.
		parts=$(apt_of "$1" apt-cache depends "$package" |
			sed -nE 's/.*Depends: (linux-(binary|modules|base)-[0-9].*)/\1/p')
		rm -rf "$to"
		mkdir -p "$to/debs"
		(cd "$to/debs" && apt_of "$1" apt-get -qq download "$package" $parts) >&2 || return 1
		for deb in "$to"/debs/*.deb; do
			dpkg -x "$deb" "$to" || return 1
		done
		rm -rf "$to/debs"
		: >"$to/.complete"
	fi
	echo "$to"
}

cached() { # cached REGEX: the newest kernel in the cache, when the mirror has none any more
	hit=$(ls "$cache/kernels" 2>/dev/null | grep -E "$1" | sort -V | tail -1)
	[ -n "$hit" ] && [ -e "$cache/kernels/$hit/.complete" ] && echo "$cache/kernels/$hit"
}

find_kernel() { # find_kernel SUITES REGEX: one at a time, apt's lists are shared
	exec 9>"$cache/lock"
	flock 9
	for s in $(echo "$1" | tr , ' '); do
		kernel_of "$s" "$2" 2>>"$work/apt" && return
	done
	cached "$2"
}

pack() { # pack OUT RUN FILE...: the initramfs that all guests share
	out=$1 root=$work/root
	mkdir -p "$root/bin" "$root/t" "$root/proc" "$root/sys" "$root/dev" "$root/tmp"
	cp "$busybox" "$root/bin/busybox"
	cp "$2" "$root/t/run"
	shift 2
	[ $# = 0 ] || cp -r "$@" "$root/t/"
	cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tmpfs none /tmp
mount -t securityfs none /sys/kernel/security
mount -t tracefs none /sys/kernel/tracing
mount -t bpf none /sys/fs/bpf
mount -t cgroup2 none /sys/fs/cgroup
ip link set lo up
for module in /m/*.ko; do [ ! -e "$module" ] || insmod "$module" || echo "cannot load $module"; done
echo "GUEST $(uname -r) lsm=$(cat /sys/kernel/security/lsm) btf=$(stat -c %s /sys/kernel/btf/vmlinux)"
cd /t
sh ./run
echo "GUEST-EXIT $?"
sync
reboot -f
INIT
	chmod +x "$root/init"
	(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$out"
}

modules() { # modules FOLDER OUT: the modules of a kernel, as an archive behind the initramfs
	m=$work/$2.modules order=10
	mkdir -p "$m/m"
	for name in ${MODULES-}; do
		file=$(find "$1" -name "$name.ko" -o -name "$name.ko.xz" | head -1)
		order=$((order + 1))
		case $file in
		*.xz) xz -dc "$file" >"$m/m/$order-$name.ko" ;;
		?*) cp "$file" "$m/m/$order-$name.ko" ;;
		esac
	done
	cat "$work/initrd"
	(cd "$m" && find . | cpio --quiet -o -H newc | gzip -1)
}

turn() { # waits until a guest may boot: first come, first served; held until this shell ends
	exec 8>"$turns/next"
	flock 8
	while :; do
		for n in $(seq "$jobs"); do
			exec 9>"$turns/turn.$n"
			if flock -n 9; then
				exec 8>&-
				return
			fi
		done
		sleep 0.2
	done
}

# One CPU, one thread: with more, emulated guests die patching their own code. On a busy host
# they take the timer for broken, when they check it.
boot() { # boot KERNEL INITRD LOG
	{
		timeout --foreground -k 5 "$limit" qemu-system-x86_64 -M q35 -accel tcg,thread=single -cpu "${CPU:-max,-la57,-erms,-fsrm}" \
			-m "${MEM:-512}" -smp 1 ${QEMU_EXTRA-} -nodefaults -no-user-config \
			-display none -no-reboot -serial stdio -kernel "$1" -initrd "$2" \
			-append "console=ttyS0 panic=-1 quiet no_timer_check lsm=$lsm ${APPEND-}" </dev/null 2>&1 ||
			[ $? -lt 124 ] || printf '\nGUEST-STOPPED after %d s\n' "$limit"
	} | sed -u 's/\r//g' | if [ -n "${LIVE-}" ]; then tee "$3" | grep --line-buffered -e "$LIVE" >&3 || :; else cat >"$3"; fi
}

try() { # try NAME FOLDER: the verdict
	image=$(find "$2" -type f -name 'vmlinuz*' | head -1)
	turn
	log=$work/$1.log began=$(date +%s) verdict=FAIL initrd=$work/initrd why=
	if [ -n "${MODULES-}" ]; then
		initrd=$work/$1.initrd
		modules "$2" "$1" >"$initrd"
	fi
	boot "$image" "$initrd" "$log"
	grep -q '^GUEST ' "$log" || boot "$image" "$initrd" "$log" # never reached us: once more
	# Without bpf among the LSMs programs attach and never run: no pass, unless that
	# was asked for.
	case $lsm in
	*bpf*) active='[=,]bpf.*' ;;
	*) active= ;;
	esac
	if grep -q "^GUEST .*lsm=.*$active btf=[0-9]" "$log" && grep -q '^GUEST-EXIT 0$' "$log"; then
		verdict=PASS
	elif grep -q '^GUEST-STOPPED' "$log"; then
		why=": hangs, stopped after $limit s"
	fi
	{
		echo "--- $1 $verdict $(($(date +%s) - began))s $suite$why"
		sed 's/^/    /' "$log" | tail -"${LINES_SHOWN:-60}"
	} >"$work/$1.out"
	echo $verdict >"$work/$1.verdict"
}

count() { cat "$work"/*.verdict 2>/dev/null | grep -c "$1" || :; }

pack "$work/initrd" "$@"
printf '%s\n' "$KERNELS" >"$work/kernels"
while read -r name need suites regex; do
	[ -n "$name" ] || continue
	if ! folder=$(find_kernel "$suites" "$regex"); then
		verdict=SKIP
		[ "$need" = may ] || verdict=FAIL
		echo $verdict >"$work/$name.verdict"
		{
			echo "--- $name $verdict $suite: no package matches $regex in $suites, and none is in $cache"
			tail -3 "$work/apt" 2>/dev/null | sed 's/^/    /'
		} >"$work/$name.out"
		continue
	fi
	try "$name" "$folder" &
done <"$work/kernels"
wait
while read -r name rest; do
	[ ! -e "$work/$name.out" ] || cat "$work/$name.out"
done <"$work/kernels"
echo "$(count PASS) passed, $(count FAIL) failed, $(count SKIP) skipped"
[ "$(count FAIL)" = 0 ] && [ "$(count PASS)" != 0 ]
