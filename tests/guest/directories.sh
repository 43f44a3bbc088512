#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# directories.sh NETBPFC POLICY   prints "KIND UID OLD NEW VERDICT" for each rename of a
# directory in the policy's tests, each with a number behind both names, so that all can be
# tried one after the other. The verdict is what explain says of it.
set -eu
netbpfc=$1 policy=$2
uid=0
while read -r word a b c d _; do
	tree=
	case $word in
	as) uid=$b ;;
	rename)
		[ "$a" != tree ] || { tree=tree; a=$b; c=$d; }
		old=$(echo "$a" | tr -d '"') new=$(echo "$c" | tr -d '"')
		case $tree$old in tree* | */) ;; *) continue ;; esac
		said=$("$netbpfc" explain "$policy" rename $tree "$old" to "$new" --uid "$uid" --gid "$uid" --json |
			sed 's/.*"verdict":"\([a-z-]*\)","because":[^,]*,"error":"*\([A-Za-z]*\).*/\1 \2/')
		case $said in deny*) said=${said#* } ;; *) said=ok ;; esac
		echo "${tree:-leaf} $uid ${old%/} ${new%/} $said"
		;;
	esac
done <"$policy"
