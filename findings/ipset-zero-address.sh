#!/usr/bin/env bash
# ipset: hash:net,port takes the address 0.0.0.0, hash:ip,port refuses it, and not only where it is added.
#
# Seen with ipset 7.17 (Debian 12); the sets live in a network namespace that this script makes.
# Expected: both kinds of set take the same addresses, or both refuse this one; `del -exist` of an entry that is not there
# succeeds, as it does for every other address.
# Seen: hash:net,port has 0.0.0.0 as an entry. hash:ip,port answers "Invalid argument" to add and to `del -exist`, for
# IPv4 and for IPv6 (::), while `test` says plainly that it is not in the set.
# Why it matters: one `ipset restore` that keeps a list of networks and one of single addresses in step fails as a whole on
# the line that was to take nothing away, and every line after it is left undone.
set -euo pipefail

for tool in ipset unshare; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "root is needed."; exit 2; }
exec unshare --net bash -euo pipefail -c '
  echo "version:  $(ipset --version | head -n 1)"
  echo "expected: the same answer of both kinds of set"
  ipset create nets hash:net,port family inet
  ipset create hosts4 hash:ip,port family inet
  ipset create hosts6 hash:ip,port family inet6
  does() { if "$@" > /dev/null 2>&1; then echo yes; else echo no; fi; }
  nets=$(does ipset add nets 0.0.0.0,tcp:1)
  add4=$(does ipset add hosts4 0.0.0.0,tcp:1)
  add6=$(does ipset add hosts6 ::,tcp:1)
  del4=$(does ipset -exist del hosts4 0.0.0.0,tcp:1)
  other=$(does ipset -exist del hosts4 192.0.2.1,tcp:1)
  echo "seen:     hash:net adds: $nets; hash:ip adds: $add4, for IPv6: $add6; del -exist of it: $del4, of 192.0.2.1: $other"
  if [ "$nets $add4 $add6 $del4 $other" = "yes no no no yes" ]; then echo "holds: hash:ip refuses the address of zeros"
  else echo "changed: both kinds answer alike"; exit 1; fi
'
