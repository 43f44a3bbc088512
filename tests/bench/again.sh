#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# again.sh BUILD [KERNEL]   guest instructions that `revalidate` adds to a pread of an open file
#
# elsewhere: no rule lies in its directory; beside: one lies there; once: a rule without
# the word names the file; asked: one with it does, for somebody else.
set -eu
build=${1:?usage: again.sh BUILD [KERNEL]}
build=$(cd "$build" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
"$build/netbpfc" keygen --key "$work/ci.key" --pub "$work/ci.pub" >/dev/null
policy() { # policy WORD
	cat <<EOM
policy again { seq 1 kernel >= 5.10 }
deny read on "/srv/with/secret" for uid 1000 $1
deny read on "/srv/with/once" for uid 1000
deny read on "/srv/with/asked" for uid 1000 $1
EOM
}
for word in '' revalidate; do
	policy "$word" >"$work/p.nbp"
	"$build/netbpfc" "$work/p.nbp" -o "$work/policy$word.tar" --key "$work/ci.key" >/dev/null
done
${CC:-gcc} -std=gnu17 -O2 -static "$here/again.c" -o "$work/again"
${STRIP:-strip} -o "$work/netbpf-load" "$build/netbpf-load"
cat >"$work/run" <<'EOM'
mkdir -p /srv/none /srv/with
for f in none/elsewhere with/beside with/once with/asked; do echo x >/srv/$f; done
all() { for f in none/elsewhere with/beside with/once with/asked; do echo "MEASURED $1.${f#*/} $(./again /srv/$f)"; done; }
sleep 3
./again /srv/none/elsewhere >/dev/null
all off
for p in policy policyrevalidate; do
	./netbpf-load install $p.tar --pub ci.pub >log 2>&1 || { cat log; exit 1; }
	all $p
	./netbpf-load uninstall >log 2>&1 || { cat log; exit 1; }
done
EOM
cd "$work"
KERNELS=${2:-'6.12 must -,bookworm-backports ^linux-image-6\.12\..*-cloud-amd64$'} \
	QEMU_EXTRA='-icount shift=0,sleep=off' "$here/../guest/boot.sh" -t 300 run netbpf-load again ci.pub \
	policy.tar policyrevalidate.tar >guest.log 2>&1 || { cat guest.log >&2; exit 1; }
of() { sed -n "s/.*MEASURED $1 //p" guest.log; }
for f in elsewhere beside once asked; do
	printf '%s\tplain %s\tpolicy +%d\trevalidate +%d\n' $f "$(of off.$f)" \
		$(($(of policy.$f) - $(of off.$f))) $(($(of policyrevalidate.$f) - $(of off.$f)))
done
