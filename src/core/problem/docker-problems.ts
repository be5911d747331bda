import { restartDocker } from '../host/describe-docker-rules.ts'
import { type Sentences, said, seconds } from './problem-text.ts'

/** The sentences for problems of a host's Docker. */
export const dockerProblems = {
  DOCKER_DENIED: (d) =>
    said(
      `${d.user} may not use Docker on ${d.host}.`,
      `Run \`sudo usermod -aG docker ${d.user}\` there. The next connection has the right.`,
    ),
  DOCKER_UNREACHABLE: (d) =>
    said(
      `Docker on ${d.host} does not answer: ${d.reason}.`,
      'Start it there (`sudo systemctl start docker`), or prepare the host: that installs or starts it.',
      true,
    ),
  DOCKER_CLIENT_MISSING: (d) =>
    said(
      `Docker on ${d.host} cannot be reached: the SSH server there forbids forwarding to sockets, and the program \`docker\`, which would do in its place, is not installed.`,
      'Prepare the host, or run `sudo apt-get install docker-cli` there (before Debian 13: `docker.io`). Or set `AllowStreamLocalForwarding yes` in its sshd_config.',
    ),
  DOCKER_IS_PODMAN: (d) =>
    said(
      `Podman stands in Docker's place on ${d.host} (${d.where}); Memharbor needs Docker itself.`,
      'Install Docker there: `sudo apt-get remove podman-docker`, where that is installed, then `sudo apt-get install docker.io`. Podman itself may stay.',
    ),
  DOCKER_SILENT: (d) =>
    said(
      `Docker on ${d.host} takes connections and has not answered in ${seconds(d.afterMs)} s; the host itself answers.`,
      'See there what it is at (`sudo journalctl -u docker`). Caches that run go on; `sudo systemctl restart docker` restarts them, and what is in them is lost.',
      true,
    ),
  DOCKER_FAILED: (d) =>
    said(
      `Docker on ${d.host} failed to ${d.action}: ${d.reason}.`,
      'Put right what Docker names, then try again.',
      true,
    ),
  DOCKER_RESTARTED: (d) =>
    said(
      `Docker on ${d.host} was started again (${d.at}): what was in the caches that ran there is lost.`,
      'Its log may say why: `sudo journalctl -u docker` there. With `live-restore` in its settings, caches outlive its restarts.',
    ),
  DOCKER_RULES_GONE: (d) =>
    said(
      `Docker on ${d.host} failed to ${d.action}: its own rules are gone from the firewall, as after a flush by another program (${d.reason}).`,
      restartDocker,
    ),
  IMAGE_MISSING: (d) =>
    said(`The image ${d.image} is not on ${d.host}.`, `Run \`memharbor host prepare ${d.host}\`.`),
} satisfies Partial<Sentences>
