import { existsSync, rmSync } from 'node:fs'
import { mustRun, type RunResult, run } from '../run.ts'
import { packagesOf, type Suite } from './suites.ts'

/** The ingredients of a root; equal ones share a root. */
export interface RootSpec {
  readonly suite: Suite
  /** Packages besides those of every root. */
  readonly packages?: readonly string[]
}

export type Built = { readonly kind: 'built' } | { readonly kind: 'failed'; readonly reason: string }

const timeoutMs = 20 * 60_000

/**
 * Makes a root folder at `path`, which takes a minute or two, most of it CPU time.
 * @param mirror where Debian's packages are fetched
 */
export const buildRoot = async (
  { suite, packages = [] }: RootSpec,
  path: string,
  mirror: string,
): Promise<Built> => {
  const included = `--include=${packagesOf(suite).join(',')}`
  const bootstrap = ['debootstrap', '--variant=minbase', included, suite, path, mirror, scriptFor(suite)]
  const made = await contained(bootstrap)
  if (made.status !== 0) return { kind: 'failed', reason: `debootstrap failed: ${lastWord(made)}` }
  if (packages.length > 0) {
    const more = await contained(['sh', '-c', installScript, 'install', path, ...packages])
    if (more.status !== 0) return { kind: 'failed', reason: `apt-get failed: ${lastWord(more)}` }
  }
  for (const leftover of ['var/cache/apt', 'var/lib/apt/lists'])
    rmSync(`${path}/${leftover}`, { recursive: true })
  await mustRun([
    'mkdir',
    '-p',
    `${path}/var/cache/apt/archives/partial`,
    `${path}/var/lib/apt/lists/partial`,
  ])
  return { kind: 'built' }
}

/** An older debootstrap has no script for newer suites; the unstable one's serves them all. */
const scriptFor = (suite: Suite): string => {
  const scripts = '/usr/share/debootstrap/scripts'
  return `${scripts}/${existsSync(`${scripts}/${suite}`) ? suite : 'sid'}`
}

/** Mounts and programs of the command end with it, and it ends with this process, however that ends. */
const contained = (argv: readonly string[]): Promise<RunResult> =>
  run(
    [
      ...['setpriv', '--pdeathsig', 'KILL'],
      ...['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child=SIGKILL', '--'],
      ...argv,
    ],
    { timeoutMs },
  )

/**
 * Debian's debootstrap knows no alternatives among what a package depends on; apt does. 101 keeps packages from starting
 * services. A mirror may be a snapshot of long ago, and debootstrap does not look at dates either.
 */
const installScript = `set -e
root=$1
shift
mount -t proc proc "$root/proc"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\\nexit 101\\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
apt() {
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -qq \\
    -o Acquire::Check-Valid-Until=false -o Acquire::Check-Date=false -o Dpkg::Options::=--force-unsafe-io "$@"
}
apt update
apt install -y --no-install-recommends "$@"
rm "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
`

/** The line with the reason, `E: Failed getting release file …`, else the last one. */
const lastWord = ({ stdout, stderr }: RunResult): string => {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  return lines.findLast((line) => /^[EW]: /.test(line)) ?? lines.at(-1) ?? 'without a word'
}
