# SPDX-License-Identifier: BSD-2-Clause
# measuring.sh   what the scripts beside it begin with: `. measuring.sh` with BUILD as $1
#
# Sets build, here, work (a folder that goes when the script ends) and the tools; a line is
# name, value, unit and goal, tab-separated. Of a guest, $log is what it said; its lines
# "MEASURED NAME.SITUATION VALUE" are what `of` and `added` ask, NAME `off` is without anything.
build=$(cd "${1:?usage: ${0##*/} BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cc=${CC:-gcc} clang=${CLANG:-clang-19} netbpfc=$build/netbpfc log=$work/guest.log
PATH=$PATH:/usr/sbin:/sbin

line() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:--}"; }
ratio() { # ratio A B [DIGITS]
	awk -v a="$1" -v b="$2" -v d="${3:-3}" 'BEGIN { if (b > 0) printf "%.*f", d, a / b; else print "-" }'
}
of() { sed -n "s/.*MEASURED $1 \([0-9]*\)$/\1/p" "$log"; }
added() { echo $(($(of "$1.$2") - $(of "off.$2"))); }

tool() { # tool NAME [LIBRARY...]: $work/NAME of NAME.c
	name=$1
	shift
	$cc -std=gnu17 -D_GNU_SOURCE -O2 -I"$here/../.." "$here/$name.c" -o "$work/$name" "$@"
}
guest_tool() { # guest_tool NAME: the same, static; libelf.a of Debian 13 needs one more
	tool "$1" -static -lbpf -lelf -lz 2>"$work/cc" || tool "$1" -static -lbpf -lelf -lz -lzstd
}
bpf() { # bpf NAME OUT [OPTION...]: OUT of NAME.bpf.c
	name=$1 out=$2
	shift 2
	$clang -target bpf -mcpu=v3 -g -O2 -I"$here/../.." -idirafter "/usr/include/$(gcc -dumpmachine)" \
		"$@" -c "$here/$name.bpf.c" -o "$out"
}
loader() { ${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"; }
key() { "$netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null; }
bundle() { # bundle POLICY OUT: signed by `key`
	"$netbpfc" "$1" -o "$2" --key "$work/ci.key" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}
# A guest whose clock counts instructions, one line of KERNELS at a time.
linux_6_12='6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'
linux_newest='newest must trixie-backports ^linux-image-[0-9].*-cloud-amd64$'
guest() { # guest KERNEL-LINE SECONDS RUN FILE...: its output to $log
	kernel=$1 seconds=$2
	shift 2
	KERNELS=$kernel CPU=max QEMU_EXTRA='-icount shift=0,sleep=off' MEM=1024 LINES_SHOWN=400 \
		"$here/../guest/boot.sh" -t "$seconds" "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
}
