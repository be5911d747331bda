import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { execa } from 'execa'

/** An operator's computer, the same in every picture: `ada@laptop`, whose home is `/home/ada`. Root on Linux only. */
export interface Laptop {
  /** Puts a file into ada's `~/.ssh`. */
  keep(name: string, text: string): Promise<void>
  /** Runs a program to its end; throws when it fails. */
  run(program: string, ...args: readonly string[]): Promise<string>
  /** Starts a program that prints a line when it is ready. */
  start(program: string, ...args: readonly string[]): Promise<Started>
  remove(): Promise<void>
}

/** A program that runs. */
export interface Started {
  /** The first line it printed. */
  readonly line: string
  /** Gives it a line on its standard input. */
  say(line: string): void
  stop(): Promise<void>
}

/** The user id of `nobody`: a program of ada's may do nothing special. */
const uid = 65_534

/**
 * Gives a program another host name, another list of users and another folder in `/home`; what is there already stays.
 * Arguments: the folder that becomes /home, the list of users, then the program.
 */
const script = `
set -e
home=$1 users=$2
shift 2
hostname laptop
for each in /home/*; do
  [ -d "$each" ] || continue
  mkdir -p "$home/\${each##*/}"
  mount --rbind "$each" "$home/\${each##*/}"
done
mount --rbind "$home" /home
mount --bind "$users" /etc/passwd
cd /home/ada
exec setpriv --pdeathsig=KILL --reuid=${uid} --regid=${uid} --clear-groups "$@"
`

const env = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/home/ada',
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  // No message bus, so no keyring.
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
}

export async function openLaptop(): Promise<Laptop> {
  const folder = await mkdtemp(join(tmpdir(), 'memharbor-screens-'))
  const [homes, users] = [join(folder, 'home'), join(folder, 'passwd')]
  const ssh = join(homes, 'ada/.ssh')
  await chmod(folder, 0o755)
  await mkdir(ssh, { recursive: true })
  for (const path of [join(homes, 'ada'), ssh]) {
    await chmod(path, 0o700)
    await chown(path, uid, uid)
  }
  const known = await readFile('/etc/passwd', 'utf8')
  // The first line of a user id counts.
  await writeFile(users, `ada:x:${uid}:${uid}:Ada:/home/ada:/bin/sh\n${known}`, { mode: 0o644 })
  const words = (program: string, args: readonly string[]): string[] => [
    ...['--mount', '--uts', '--propagation', 'private', 'sh', '-c', script, 'sh', homes, users],
    ...[program, ...args],
  ]
  return {
    async keep(name, content) {
      const path = join(ssh, name)
      await writeFile(path, content, { mode: 0o600 })
      await chown(path, uid, uid)
    },
    async run(program, ...args) {
      return (await execa('unshare', words(program, args), { env, extendEnv: false })).stdout
    },
    async start(program, ...args) {
      const child = spawn('unshare', words(program, args), { env, stdio: ['pipe', 'pipe', 'pipe'] })
      const ended = once(child, 'exit')
      const said = text(child.stderr)
      const line = await Promise.race([
        new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
        ended.then(() => ''),
      ])
      if (line === '') throw new Error(`${program} did not start: ${await said}`)
      return {
        line,
        say: (words) => void child.stdin.write(`${words}\n`),
        async stop() {
          child.kill('SIGINT')
          await ended
        },
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Takes a file of root's as ada's own. */
export async function keepFile(laptop: Laptop, from: string, name: string): Promise<void> {
  await laptop.keep(name, await readFile(from, 'utf8'))
}
