#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# reproducible.sh BUILD   the same policy gives the same bytes, wherever and by whom
#
# Templates: bitcode built in other folders, from other source folders. Bundles:
# another folder, which has no sources, time zone, locale, umask, name of the checkout, and,
# where root runs this, user.
set -u
build=${1:?usage: reproducible.sh BUILD}
case $build in /*) ;; *) build=$(pwd)/$build ;; esac
cd "$(dirname "$0")/.." || exit 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

same() { # same TEXT FILE FILE
	if cmp -s "$2" "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $1: $(cmp "$2" "$3" 2>&1)"
	fi
}

mkdir -p "$work/a/b" "$work/copy of it" "$work/no sources"
cp -R bpf-templates "$work/copy of it/"
clang=$(sed -n 's/^CLANG = //p' "$build/Makefile")
flags=$(sed -n 's/^BPF_CPPFLAGS = //p' "$build/Makefile")
# As in bpf-templates/local.mk, from a copy of the sources.
(cd "$work/copy of it" && $clang -target bpf -mcpu=v3 -g -O2 -Xclang -disable-llvm-passes \
	-std=gnu17 -fdebug-compilation-dir=/dev/null -I. $flags \
	-emit-llvm -c bpf-templates/netbpf.bpf.c -o "$work/a/b/out.bc")
same "template bitcode" "$build/bpf-templates/netbpf.bc" "$work/a/b/out.bc"

"$build/netbpfc" keygen --key "$work/key" --pub "$work/key.pub" >/dev/null || exit 3
cp -R examples "$work/no sources/"
chmod -R a+rX "$work"
chmod 644 "$work/key"
# Somebody else's netbpfc, where there is somebody else.
other="$build/netbpfc" as=
if [ "$(id -u)" = 0 ]; then
	other=$work/netbpfc as="setpriv --reuid 65534 --regid 65534 --clear-groups"
	cp "$build/netbpfc" "$other" && chmod 755 "$work" "$other" && chown 65534 "$work/no sources"
fi
for policy in examples/*.nbp; do
	name=$(basename "$policy" .nbp)
	(umask 022 && TZ=UTC LC_ALL=C "$build/netbpfc" "$policy" -o "$work/$name.tar" --key "$work/key") || failed=$((failed + 1))
	(cd "$work/no sources" && umask 077 && export TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 HOME=/ SOURCE_DATE_EPOCH= &&
		$as "$other" "$policy" -o "$name.tar" --key "$work/key") || failed=$((failed + 1))
	same "$policy in another folder, zone, locale and umask${as:+, by another user}" "$work/$name.tar" "$work/no sources/$name.tar"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed = 0 ] && [ $passed != 0 ]
