import { createInterface } from 'node:readline'
import { z } from 'zod'
import { until } from './condition.ts'
import { isAlive, observeProcess } from './process-identity.ts'
import { start } from './run.ts'

/** A set of namespaces that live exactly as long as their first process, which lives no longer than this one. */
export interface Namespace {
  /** The first process, as the machine sees it. */
  readonly pid: number
  /** The argument array that runs `argv` in there, as root unless a user is named; killed together with its caller. */
  enter(argv: readonly string[], user?: string): readonly string[]
  /** Ends every process in there; the links, mounts and rules of the namespaces go with them. */
  stop(): Promise<void>
}

const started = z.object({ pid: z.int().positive() })
const ready = z.object({ ready: z.literal(true) })

/**
 * Starts a Python program as the first process of fresh network, mount, pid, uts and ipc namespaces.
 * @param script reads `spec` as one line, answers `{"pid": N}` and, once set up, `{"ready": true}`, and stays until its
 *   standard input ends
 * @param announce is told the first process before it does anything
 */
export const startNamespace = async (
  script: string,
  spec: object,
  announce: (pid: number) => void = () => {},
): Promise<Namespace> => {
  const child = start([
    // The kernel kills the chain when this process dies, however it dies.
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...['unshare', '--net', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child=SIGKILL', '--'],
    ...['/usr/bin/python3', '-IS', '-c', script],
  ])
  const errors: string[] = []
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify(spec)}\n`)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    if (line.done) throw new Error(`a namespace could not be made: ${errors.join('').trim()}`)
    return JSON.parse(line.value)
  }
  try {
    const { pid } = started.parse(await next())
    announce(pid)
    ready.parse(await next())
    return namespaceOf(pid, async () => {
      child.kill('SIGKILL')
      await child
    })
  } catch (error) {
    child.kill('SIGKILL')
    await child
    throw error
  }
}

const namespaceOf = (pid: number, kill: () => Promise<unknown>): Namespace => ({
  pid,
  enter: (argv, user) => [
    ...['nsenter', '--target', String(pid), '--net', '--mount', '--pid', '--uts', '--ipc', '--'],
    ...['setpriv', '--pdeathsig', 'KILL'],
    ...(user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups', '--reset-env']),
    '--',
    ...argv,
  ],
  stop: async () => {
    const init = observeProcess(pid)
    await kill()
    if (init !== null) await until(`process ${pid} has ended`, () => !isAlive(init))
  },
})
