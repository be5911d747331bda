import answerNames from './answer-names.py?raw'
import type { Client } from './client.ts'
import type { Host } from './host.ts'
import type { RunResult } from './run.ts'
import type { Running } from './running.ts'

/** The image that `makeLookUpImage` makes. */
export const lookUpImage = 'names:test'

/** The tenants' image with programs that look names up, and what these load. */
const script = `set -e
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/etc"
echo 'memcache:x:11211:11211::/:/usr/sbin/nologin' > "$directory/etc/passwd"
echo 'hosts: dns' > "$directory/etc/nsswitch.conf"
cp -L --parents /usr/bin/getent /usr/bin/perl $(ldd /usr/bin/getent /usr/bin/perl | grep -o '/[^ :]*') "$directory"
tar -C "$directory" -c . | docker import - ${lookUpImage}
`

export const makeLookUpImage = async (host: Pick<Host, 'exec'>): Promise<void> => {
  const made = await host.exec(['sh', '-c', script])
  if (made.status !== 0) throw new Error(`no image could be made: ${made.stderr}`)
}

/** Answers every question for a name at that computer. */
export const answerEveryName = async (place: Pick<Client, 'spawn'>): Promise<Running> => {
  const running = await place.spawn(['/usr/bin/python3', '-IS', '-c', answerNames])
  await running.waitFor('answering')
  return running
}

/** Writes the system calls that a tenant's container may make to a file of the host, and gives the option that takes them. */
export const copyProfile = async (host: Pick<Host, 'exec'>, container: string): Promise<string> => {
  const path = '/root/profile.json'
  const format = '{{index .HostConfig.SecurityOpt 1}}'
  const command = 'docker inspect -f "$0" "$1" | sed s/^seccomp=// > "$2" && grep -q defaultAction "$2"'
  const { status, stderr } = await host.exec(['sh', '-c', command, format, container, path])
  if (status !== 0) throw new Error(`no profile could be read: ${stderr}`)
  return `seccomp=${path}`
}

/** Looks a name up in a container on the first network of tenants, as their user: of status 0 where it is found. */
export const lookUp = (
  host: Pick<Host, 'exec'>,
  options: readonly string[],
  name: string,
): Promise<RunResult> => {
  const run = ['docker', 'run', '--rm', '--user', '11211', '--network', 'memharbor-1', ...options]
  return host.exec([...run, '--entrypoint', '/usr/bin/getent', lookUpImage, 'ahostsv4', name])
}
