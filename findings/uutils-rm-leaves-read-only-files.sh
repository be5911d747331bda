#!/usr/bin/env bash
# uutils: `rm` of a file that is read-only leaves it where nobody can be asked, and ends with status 0.
#
# Seen with rust-coreutils 0.0.30 (Debian 13, trixie), as an ordinary user and with standard input that is no terminal.
# GNU coreutils removes it.
# Expected: `rm FILE` asks only a terminal, so in a script it removes a file that its user may remove, or fails.
# Seen: it asks on standard error all the same, takes the end of its input for a no, and ends with 0. The file stays.
# Why it matters: a script that takes read-only files away, such as those of sudoers.d (0440), goes on as if they were gone.
# Spell it `rm -f`.
set -euo pipefail

version=0.0.30-2
for tool in apt-get dpkg-deb; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,root,debs}
site=$(apt-get indextargets --format '$(SITE)' | head -1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site trixie main" > "$work/sources.list"
options=(-o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$work/lists"
  -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root -qq)
apt-get "${options[@]}" update
(cd "$work/debs" && apt-get "${options[@]}" download "rust-coreutils=$version" libc6/trixie libgcc-s1/trixie libselinux1/trixie \
  libpcre2-8-0/trixie libonig5/trixie libacl1/trixie)
for package in "$work"/debs/*.deb; do dpkg-deb -x "$package" "$work/root"; done
libraries="$work/root/usr/lib/x86_64-linux-gnu"
uutils() {
  "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$work/root/usr/bin/coreutils" "$@"
}
echo "rust-coreutils $version: $(uutils rm --version)"
mkdir "$work/mine"
chmod 711 "$work"
as_user() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
make() { rm -f "$work/mine/file"; echo text > "$work/mine/file"; chmod 440 "$work/mine/file"; [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$work/mine"; }
make
as_user rm "$work/mine/file" < /dev/null
gnu=$([ -e "$work/mine/file" ] && echo stays || echo gone)
make
status=0
as_user "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" "$work/root/usr/bin/coreutils" rm "$work/mine/file" \
  < /dev/null || status=$?
other=$([ -e "$work/mine/file" ] && echo stays || echo gone)
echo "GNU: $gnu"
echo "uutils: $other, status $status"
if [ "$gnu" = gone ] && [ "$other" = stays ] && [ "$status" = 0 ]; then
  echo 'As described.'
  exit 0
fi
echo 'It has changed.'
exit 1
