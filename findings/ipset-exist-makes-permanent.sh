#!/usr/bin/env bash
# ipset: adding an entry that is there already, with -exist, makes a temporary entry permanent.
#
# Seen with ipset 7.17 (Debian 12, Linux 6.18); as root, in a network namespace that ends with this script.
# Expected: -exist ("ignore errors … when already added entry is added") leaves an entry alone that is there.
# Seen: it replaces the entry. Without a timeout the entry gets that of the set, and 0, which the manual proposes for sets
# with temporary entries, is for ever: "make sure that this address is in" takes away the end that it had.
# Why it matters: an address let in for an hour, and made sure of by a repair or a second operator, stays in.
set -euo pipefail

for tool in ipset unshare; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
if [ "${1:-}" != inside ]; then
  [ "$(id -u)" = 0 ] || { echo 'This needs root, for a network namespace.'; exit 2; }
  exec unshare --net "$0" inside
fi

echo "version:  $(ipset --version | head -n 1), Linux $(uname -r)"
echo 'expected: both entries end after 2 seconds'
ipset create guests hash:ip timeout 0
ipset add guests 203.0.113.7 timeout 2
ipset add guests 203.0.113.8 timeout 2
ipset add -exist guests 203.0.113.7
entry=$(ipset list guests | grep 203.0.113.7)
sleep 3
there() { if ipset test -quiet guests "$1"; then echo there; else echo gone; fi; }
again=$(there 203.0.113.7)
once=$(there 203.0.113.8)
echo "seen:     '$entry' after it was added again; 3 seconds later it is $again, and the one added once is $once"
if [ "$entry" = '203.0.113.7 timeout 0' ] && [ "$again" = there ] && [ "$once" = gone ]; then
  echo 'holds: -exist without a timeout took the end away'
else
  echo 'changed: -exist leaves the timeout of an entry alone'
  exit 1
fi
