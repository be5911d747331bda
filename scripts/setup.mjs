import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isThere, observe, status, task } from './commands.mjs'
import { forPanel, giveUp, say } from './words.mjs'

/** Programs of a sandbox host and its clients. */
export const sandboxPrograms = [
  { program: 'dockerd', package: 'docker.io' },
  { program: 'iptables', package: 'iptables' },
  { program: 'ipset', package: 'ipset' },
  { program: 'ip', package: 'iproute2' },
  { program: '/usr/sbin/sshd', package: 'openssh-server' },
  { program: 'ssh', package: 'openssh-client' },
  { program: 'memcached', package: 'memcached' },
  { program: 'sudo', package: 'sudo' },
  { program: 'conntrack', package: 'conntrack' },
  { program: 'nc', package: 'netcat-openbsd' },
  { program: 'pkill', package: 'procps' },
  { program: '/usr/bin/python3', package: 'python3' },
]

/** Debian's libraries are no programs: dpkg's list of a package's files stands for them, where there is a dpkg. */
const libraries = (packages) =>
  existsSync('/var/lib/dpkg/info')
    ? packages.map((name) => ({ program: `/var/lib/dpkg/info/${name}.list`, package: name }))
    : []

/** Further programs of the tests, among them the clients of the examples. */
export const testPrograms = [
  { program: 'systemd-analyze', package: 'systemd' },
  { program: 'nft', package: 'nftables' },
  { program: 'debootstrap', package: 'debootstrap' },
  { program: 'systemd-nspawn', package: 'systemd-container' },
  { program: 'docker-registry', package: 'docker-registry' },
  { program: 'dbus-launch', package: 'dbus-x11' },
  { program: 'gnome-keyring-daemon', package: 'gnome-keyring' },
  { program: 'Xvfb', package: 'xvfb' },
  { program: 'chromium', package: 'chromium' },
  { program: 'strace', package: 'strace' },
  { program: 'memccapable', package: 'libmemcached-tools' },
  { program: 'php', package: 'php-cli' },
  { program: 'ruby', package: 'ruby' },
  { program: 'tcsh', package: 'tcsh' },
  ...libraries(['python3-pymemcache', 'php-memcached', 'ruby-dalli']),
]

/** Further programs of the long run, which emulates a machine with a kernel of its own and tries all kinds of logins. */
export const longTestPrograms = [
  { program: 'mkfs.ext4', package: 'e2fsprogs' },
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'bsd-csh', package: 'csh' },
  { program: 'zsh', package: 'zsh' },
  { program: 'fish', package: 'fish' },
  { program: 'ksh93', package: 'ksh93u+m' },
  { program: 'mksh', package: 'mksh' },
  { program: 'yash', package: 'yash' },
  { program: 'git-shell', package: 'git' },
]

/** Packages to build keytar, the door to the desktop's keyring, where npm can fetch no ready-made binary. */
export const keyringBuildPrograms = [
  { program: '/usr/include/libsecret-1/libsecret/secret.h', package: 'libsecret-1-dev' },
  { program: 'g++', package: 'g++' },
  { program: 'make', package: 'make' },
  { program: '/usr/bin/python3', package: 'python3' },
]

/** Units that a package would start with the machine from its installation on. */
const units = {
  'docker.io': ['docker.service', 'docker.socket', 'containerd.service'],
  'openssh-server': ['ssh.service', 'ssh.socket'],
  memcached: ['memcached.service'],
  nftables: ['nftables.service'],
  'docker-registry': ['docker-registry.service'],
}

const policy = '/usr/sbin/policy-rc.d'
const savedPolicy = `${policy}.before-memharbor`

/** Node 20.19 is the first 20 that loads ES modules with require. */
export const checkNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  giveUp(`Memharbor needs Node.js 20.19 or newer; this is ${process.versions.node}.`)
}

/** Installs the npm packages that package-lock.json names, when they are missing or older than it. */
export const ensureNpmPackages = async () => {
  const installed = 'node_modules/.package-lock.json'
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs) return
  say('Installing the npm packages of package-lock.json (npm ci). This takes a minute or two.')
  const ended = await task('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (ended >= 128) process.exit(ended)
  if (ended !== 0) {
    giveUp(
      'npm ci failed; what it said is above. Check the connection to the npm registry, then start again.',
    )
  }
  if (process.platform === 'linux' && !existsSync('node_modules/keytar/build/Release/keytar.node')) {
    say(
      'Without the optional package keytar secrets are not kept in the desktop keyring. To have it: ' +
        'apt-get install libsecret-1-dev g++ make python3, then npm ci.',
    )
  }
}

/** Whether this process may install and make namespaces: as itself, by sudo, or not at all. */
export const observeRoot = () => {
  if (process.platform !== 'linux') return 'none'
  if (process.getuid() === 0) return 'self'
  return isThere('sudo') ? 'sudo' : 'none'
}

/**
 * Installs the Debian packages of the programs that are missing, and nothing else; existing packages stay, and none of
 * the new ones starts a service, now or with the machine.
 * @param why ends the sentence "… are needed"
 */
export const ensurePrograms = (programs, why) => {
  const missing = programs.filter(({ program }) => !isThere(program))
  const packages = [...new Set(missing.map((each) => each.package))]
  if (packages.length === 0) return
  const need = `${packages.join(', ')} ${packages.length === 1 ? 'is' : 'are'} needed ${why}`
  if (!isDebian())
    giveUp(`${need}. This is not Debian or Ubuntu: install what corresponds to them, then start again.`)
  if (observeRoot() === 'none')
    giveUp(`${need}. Start again as root, or install them: apt-get install ${packages.join(' ')}`)
  const by = observeRoot() === 'sudo' ? ' by sudo' : ''
  say(
    `Installing ${packages.join(', ')}${by}: ${packages.length === 1 ? 'it is' : 'they are'} needed ${why}.`,
  )
  say('No service is started, now or with the machine, and no package is removed.')
  withServicesKeptFromStarting(packages, () => install(packages))
  const still = missing.filter(({ program }) => !isThere(program)).map((each) => each.program)
  if (still.length > 0) giveUp(`The packages are installed, but ${still.join(', ')} is still missing.`)
}

/** /etc/os-release has lines such as `ID=ubuntu` and `ID_LIKE="debian"`. */
const isDebian = () => {
  if (!existsSync('/etc/os-release') || !isThere('apt-get')) return false
  return /^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'))
}

const asRoot = (program, args) =>
  observeRoot() === 'sudo'
    ? status('sudo', [...(forPanel ? ['-n'] : []), program, ...args])
    : status(program, args)

const apt = (...args) =>
  asRoot('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'Dpkg::Use-Pty=0', ...args])

const install = (packages) => {
  const wanted = ['install', '-y', '--no-install-recommends', '--no-remove', ...packages]
  // A machine's package lists may be missing or too old for what the mirrors still hold.
  const listed = observe('apt-get', ['--simulate', ...wanted]).status === 0
  if (!listed && apt('update') !== 0) giveUp('apt-get update failed; what it said is above.')
  if (apt(...wanted) === 0) return
  if (listed && apt('update') === 0 && apt(...wanted) === 0) return
  giveUp(`apt-get could not install ${packages.join(', ')}; what it said is above.`)
}

/** Debian asks policy-rc.d before a package starts a service; 101 means no. */
const withServicesKeptFromStarting = (packages, action) => {
  const restore = () => {
    if (existsSync(savedPolicy)) asRoot('mv', [savedPolicy, policy])
    else asRoot('rm', ['-f', policy])
  }
  // A saved policy, or this one already in place, is from a run that was killed before it could put things back.
  const own = fileURLToPath(new URL('policy-rc.d', import.meta.url))
  const foreign = existsSync(policy) && readFileSync(policy, 'utf8') !== readFileSync(own, 'utf8')
  if (foreign) asRoot('mv', [policy, savedPolicy])
  process.once('exit', restore)
  asRoot('install', ['-m', '755', own, policy])
  action()
  process.removeListener('exit', restore)
  restore()
  const unwanted = packages.flatMap((each) => units[each] ?? []).filter(isUnit)
  if (unwanted.length > 0 && isThere('systemctl')) asRoot('systemctl', ['--quiet', 'disable', ...unwanted])
}

const isUnit = (unit) =>
  ['/lib', '/usr/lib'].some((directory) => existsSync(`${directory}/systemd/system/${unit}`))
