#!/usr/bin/env bash
# dockerd: one that was killed ends its running containers when it begins again, and tells that as somebody's wish.
#
# Seen with dockerd 20.10.24 (Debian 12), without live-restore; it runs in a mount and network namespace that this script
# makes, with folders of its own.
# Expected: after SIGKILL of dockerd and another start, a container with `--restart always` is told as one that died with its
# daemon: an exit code of a killed process, or a restart that is counted.
# Seen: the new dockerd finds the container running, stops it with SIGTERM and starts it again. Its events are `kill`, `die`
# with the exit code of a program that SIGTERM ended, and `stop`, as after `docker restart`; `State.ExitCode` and
# `RestartCount` are 0.
# Why it matters: who reads events, exit codes or restart counts to tell a customer why a cache is empty, takes a crash of
# Docker for a restart that an operator asked for. That `FinishedAt` is before, and `StartedAt` after, the `Created` of
# Docker's own network `bridge` tells it.
set -euo pipefail

for tool in dockerd docker unshare; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
[ "$(id -u)" = 0 ] || { echo "root is needed."; exit 2; }
folder=$(mktemp -d)
# A cgroup of its own, so that nothing of it is left.
parent=/killed-dockerd-$$
clean() {
  find /sys/fs/cgroup -depth -type d -path "*$parent*" -exec rmdir {} \; 2> /dev/null || true
  rmdir "$folder"
}
trap clean EXIT
# The last of its processes ends with this.
folder=$folder parent=$parent unshare --mount --net --pid --fork --mount-proc --kill-child --propagation private bash -euo pipefail -c '
  mount -t tmpfs none "$folder"
  daemon=
  export DOCKER_HOST=unix://$folder/docker.sock
  trap "docker rm --force cache > /dev/null 2>&1 || true" EXIT
  mount -t tmpfs none /run
  ip link set lo up
  begin() {
    rm -f "$folder/pid"
    dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" --host "$DOCKER_HOST" \
      --cgroup-parent "$parent" --storage-driver vfs >> "$folder/log" 2>&1 &
    daemon=$!
    for _ in $(seq 150); do docker info > /dev/null 2>&1 && return; sleep 0.2; done
    echo "dockerd did not start:"; tail -n 5 "$folder/log"; exit 2
  }
  begin
  # An image of one program, which waits.
  mkdir -p "$folder/root/bin"
  program=$(command -v sleep)
  for file in "$program" $(ldd "$program" | grep -o "/[^ ]*"); do
    mkdir -p "$folder/root$(dirname "$file")"
    cp -L "$file" "$folder/root$file"
  done
  tar -C "$folder/root" -c . | docker import - waits > /dev/null
  docker run --detach --init --name cache --restart always --network none waits "$program" 1000 > /dev/null
  since=$(date +%s)
  kill -KILL "$daemon"; wait "$daemon" 2> /dev/null || true
  sleep 1
  begin
  for _ in $(seq 50); do
    [ "$(docker inspect --format "{{.State.Running}}" cache)" = true ] && break
    sleep 0.2
  done
  events=$(docker events --since "$since" --until 0s --filter container=cache --format "{{.Action}} {{.Actor.Attributes.exitCode}}")
  kinds=$(grep -oE "^(kill|die)" <<< "$events" | sort -u | paste -sd" ")
  state=$(docker inspect --format "{{.State.Running}} {{.State.ExitCode}} {{.RestartCount}}" cache)
  times=$(docker inspect --format "{{.State.FinishedAt}} {{.State.StartedAt}}" cache)
  began=$(docker network inspect --format "{{json .Created}}" bridge | tr -d \")
  read -r finished started <<< "$times"
  order=$(printf "%s\n" "$finished" "$began" "$started" | sort | paste -sd" ")
  echo "version:  $(docker version --format "{{.Server.Version}}")"
  echo "expected: no kill that nobody asked for, or an exit code or a count that tells of the crash"
  echo "seen:     events: $(paste -sd, <<< "$events"); running, exit code, restarts: $state"
  if [ "$kinds" = "die kill" ] && [[ "$state" == "true "*" 0" ]] && [ "$order" = "$finished $began $started" ]; then
    echo "holds: it looks like a stop that somebody asked for"
  else echo "changed"; exit 1; fi
'
