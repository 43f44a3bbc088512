#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# again.sh BUILD [KERNEL]   guest instructions that `revalidate` adds to a pread of an open file
#
# elsewhere: no rule lies in its directory; beside: one lies there; once: a rule without
# the word names the file; asked: one with it does, for somebody else.
set -eu
. "${0%/*}/measuring.sh"
key
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
	bundle "$work/p.nbp" "$work/policy$word.tar"
done
guest_tool again
loader
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
guest "${2:-$linux_6_12}" 300 run netbpf-load again ci.pub policy.tar policyrevalidate.tar
for f in elsewhere beside once asked; do
	printf '%s\tplain %s\tpolicy +%d\trevalidate +%d\n' $f "$(of off.$f)" \
		$(($(of policy.$f) - $(of off.$f))) $(($(of policyrevalidate.$f) - $(of off.$f)))
done
