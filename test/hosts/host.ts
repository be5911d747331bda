import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { makeAccount } from './account.ts'
import { removeCgroups } from './cgroups.ts'
import { type Access, accountOf, type Credentials, makeCredentials } from './credentials.ts'
import { type DockerDaemon, dockerDaemon, dockerSocket } from './docker-daemon.ts'
import hostInit from './host-init.py?raw'
import { makeKey, readFingerprint } from './keys.ts'
import { connectHost, disconnectHost, type Uplink } from './links.ts'
import { type Namespace, startNamespace } from './namespace.ts'
import { observeProcess } from './process-identity.ts'
import { loseMemory, runUnit } from './reboot.ts'
import { removeWorkDirectory, workDirectory, writeRecord } from './record.ts'
import { mustRun, type RunOptions, type RunResult, run } from './run.ts'
import { type Running, startRunning } from './running.ts'
import { restoreSnapshot } from './snapshot.ts'
import { hostKeyPath, renderSshConfig, type SshServer, sshServer, writeHostKey } from './ssh-server.ts'

export interface HostOptions extends Access {
  /** Its host name, `sandbox` unless given. */
  readonly name?: string
  /** Whether dockerd is started; yes unless given. */
  readonly docker?: boolean
  /** Further arguments of dockerd. */
  readonly dockerArguments?: readonly string[]
  readonly allowStreamLocalForwarding?: boolean
  readonly allowTcpForwarding?: boolean
  /** Files and directories that the host lacks, such as `/usr/sbin/ipset`. */
  readonly hide?: readonly string[]
  /** A private host key made before, so that a host can come back with the same identity. */
  readonly hostKeyFile?: string
  /** An archive of `saveSnapshot`: the host begins as one that was prepared and booted. */
  readonly snapshot?: string
}

/** The facts of a host, with the credentials that an operator would have been given. */
export interface HostFacts extends Credentials {
  readonly id: string
  readonly name: string
  readonly address4: string
  readonly address6: string
  /** The address of the panel's machine as the host sees it. */
  readonly machineAddress4: string
  readonly machineAddress6: string
  readonly sshPort: 22
}

/** The same of a host that shares the machine's kernel. */
export interface LocalHostFacts extends HostFacts {
  /** Its Docker socket for a root process outside of it. */
  readonly dockerSocket: string
}

export interface HostExecOptions extends RunOptions {
  /** root unless given */
  readonly user?: string
}

interface RebootOptions {
  /** `shutdown` stops dockerd and its containers first, `power` does not. */
  readonly kind?: 'shutdown' | 'power'
  /** Units in /etc/systemd/system whose ExecStart lines run before dockerd starts. */
  readonly units?: readonly string[]
}

/** A server of its own on this machine: files, network, users, sshd and dockerd. */
export interface Host extends LocalHostFacts {
  exec(argv: readonly string[], options?: HostExecOptions): Promise<RunResult>
  spawn(argv: readonly string[], user?: string): Promise<Running>
  reboot(options?: RebootOptions): Promise<void>
  startDocker(): Promise<void>
  stopDocker(): Promise<void>
  /** Ends dockerd as a crash would: its containers run on. */
  killDocker(): Promise<void>
  pauseDocker(): Promise<void>
  resumeDocker(): Promise<void>
  startSsh(): Promise<void>
  stopSsh(): Promise<void>
  /** Ends all SSH connections as a crash of their server processes would. */
  cutSsh(): Promise<void>
  /** Gives the server another host key and returns its fingerprint. */
  replaceHostKey(): Promise<string>
  /** Packets between machine and host are lost without a word. */
  dropLink(): Promise<void>
  restoreLink(): Promise<void>
  stop(): Promise<void>
}

/** A host with its namespace, for code in this process. */
export interface HostNamespace extends Host {
  readonly namespace: Namespace
}

interface Parts {
  readonly id: string
  readonly namespace: Namespace
  readonly uplink: Uplink
  readonly ssh: SshServer
  readonly docker: DockerDaemon
  readonly facts: LocalHostFacts
}

/** Starts a host; it takes about a second. Root on Linux only. */
export const startHost = async (options: HostOptions = {}): Promise<HostNamespace> => {
  const id = randomBytes(4).toString('hex')
  const name = options.name ?? 'sandbox'
  writeRecord(id, null)
  const undo: (() => Promise<void>)[] = [async () => removeWorkDirectory(id), () => removeCgroups(id)]
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const credentials = await makeCredentials(workDirectory(id), options.hostKeyFile)
    const spec = {
      work: workDirectory(id),
      hostname: name,
      hide: options.hide ?? [],
      sysctl: {
        'net.ipv4.ip_forward': '1',
        'net.ipv6.conf.all.forwarding': '1',
        'net.ipv6.conf.default.accept_dad': '0',
      },
      files: [
        { path: hostKeyPath, mode: 0o600, text: readFileSync(credentials.hostKeyFile, 'utf8') },
        { path: '/etc/ssh/sshd_config', mode: 0o644, text: renderSshConfig(forwardingOf(options)) },
      ],
    }
    const namespace = await startNamespace(hostInit, spec, (pid) => writeRecord(id, observeProcess(pid)))
    undo.push(namespace.stop)
    const uplink = await connectHost(namespace)
    // After the namespace has ended its end of the link is on the way out already: this waits for it.
    undo.splice(-1, 0, () => disconnectHost(uplink))
    await makeAccount(namespace, accountOf(credentials, options))
    const parts = partsOf(id, name, namespace, uplink, credentials, options)
    undo.push(parts.docker.resume)
    if (options.snapshot !== undefined) await restoreSnapshot(namespace, options.snapshot)
    const usesDocker = options.docker ?? true
    await Promise.all([parts.ssh.start(), usesDocker ? parts.docker.start() : undefined])
    return hostOf(parts, usesDocker, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

const forwardingOf = ({ allowStreamLocalForwarding = true, allowTcpForwarding = true }: HostOptions) => ({
  allowStreamLocalForwarding,
  allowTcpForwarding,
})

const partsOf = (
  id: string,
  name: string,
  namespace: Namespace,
  uplink: Uplink,
  credentials: Credentials,
  options: HostOptions,
): Parts => {
  const work = workDirectory(id)
  const { addresses } = uplink
  return {
    id,
    namespace,
    uplink,
    ssh: sshServer(namespace, addresses.far4, `${work}/sshd.log`),
    docker: dockerDaemon(namespace, id, `${work}/dockerd.log`, options.dockerArguments ?? []),
    facts: {
      id,
      name,
      address4: addresses.far4,
      address6: addresses.far6,
      machineAddress4: addresses.near4,
      machineAddress6: addresses.near6,
      sshPort: 22,
      ...credentials,
      dockerSocket: dockerSocket(namespace),
    },
  }
}

const hostOf = (parts: Parts, usesDocker: boolean, stop: () => Promise<void>): HostNamespace => {
  const { id, namespace, uplink, ssh, docker, facts } = parts
  const setLink = async (state: 'up' | 'down'): Promise<void> => {
    const address = `${uplink.addresses.near6}/64`
    await mustRun(['ip', 'link', 'set', uplink.name, state])
    // The kernel forgets IPv6 addresses of a link that goes down.
    if (state === 'up') await run(['ip', 'addr', 'add', address, 'dev', uplink.name, 'nodad'])
  }
  let keys = 0
  return {
    ...facts,
    namespace,
    exec: (argv, { user: as, ...limits } = {}) => run(namespace.enter(argv, as), limits),
    spawn: async (argv, as) => startRunning(namespace.enter(argv, as)),
    reboot: async ({ kind = 'shutdown', units = [] } = {}) => {
      if (usesDocker && kind === 'shutdown') await docker.stop()
      await docker.resume()
      await loseMemory(namespace)
      for (const unit of units) await runUnit(namespace, unit)
      await Promise.all([ssh.start(), usesDocker ? docker.start() : undefined])
    },
    startDocker: docker.start,
    stopDocker: docker.stop,
    killDocker: docker.kill,
    pauseDocker: docker.pause,
    resumeDocker: docker.resume,
    startSsh: ssh.start,
    stopSsh: ssh.stop,
    cutSsh: ssh.cut,
    replaceHostKey: async () => {
      keys += 1
      const path = await makeKey(`${workDirectory(id)}/host-key-${keys}`)
      await writeHostKey(namespace, readFileSync(path, 'utf8'))
      await ssh.stop()
      await ssh.start()
      return await readFingerprint(path)
    },
    dropLink: () => setLink('down'),
    restoreLink: () => setLink('up'),
    stop,
  }
}
