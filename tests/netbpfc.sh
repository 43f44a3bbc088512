# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests that take NETBPFC, a path or a name that PATH has: the compiler as
# $netbpfc, from wherever a test goes.
netbpfc=${NETBPFC:-netbpfc}
case $netbpfc in
/*) ;;
*/*) netbpfc=$(cd "$(dirname "$netbpfc")" && pwd)/$(basename "$netbpfc") ;;
esac
command -v "$netbpfc" >/dev/null || {
	echo "$(basename "$0"): no program '$netbpfc'; set NETBPFC to the compiler" >&2
	exit 3
}
