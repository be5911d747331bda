#!/usr/bin/env bash
# uutils: `env` takes a `-S` among the words of the program that it is to start for its own.
#
# Seen with rust-coreutils 0.0.30 (Debian 13, trixie), run with the C library of that release. GNU coreutils does otherwise.
# Expected: the options of `env` end at the first word that is no option and no NAME=VALUE, so `env -i printf %s, a -S b`
# starts printf with the words `%s,`, `a`, `-S` and `b`.
# Seen: `-S` is missing among the words of the program, wherever it stands.
# Why it matters: `env -i … sudo -S PROGRAM` is how a script gives sudo a clean environment and its password by standard
# input. sudo gets no -S there, asks a terminal, and says that there is none. Spell such an option in full (`--stdin`).
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
echo "rust-coreutils $version: $(uutils env --version)"
gnu=$(env -i /usr/bin/printf '%s,' a -S b)
other=$(uutils env -i /usr/bin/printf '%s,' a -S b || true)
echo "GNU: $gnu"
echo "uutils: $other"
if [ "$gnu" = 'a,-S,b,' ] && [ "$other" != "$gnu" ] && [[ "$other" != *-S* ]]; then
  echo 'As described.'
  exit 0
fi
echo 'It has changed.'
exit 1
