import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { execa } from 'execa'
import { expect } from 'vitest'
import { buildApp } from '../../e2e/build-app.ts'
import type { HostFacts } from '../../hosts/host.ts'
import { briefly } from '../brief-node.ts'

/** How a command ended and what it said. */
export interface Ended {
  readonly status: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The command line as a program of its own, with a store of its own. */
export interface CommandRunner {
  readonly dataDir: string
  /** Without a terminal, as a script runs it. `surroundings` are further variables of its environment. */
  run(
    args: readonly string[],
    input?: string,
    surroundings?: Readonly<Record<string, string>>,
  ): Promise<Ended>
  /** Its answer goes to a reader that has left already, or into a file. */
  runInto(
    output: 'nobody' | { readonly file: string },
    args: readonly string[],
  ): Promise<Omit<Ended, 'stdout'>>
  /** Starts one that a signal is to end. */
  start(
    args: readonly string[],
    surroundings?: Readonly<Record<string, string>>,
  ): {
    readonly kill: (signal: 'SIGINT' | 'SIGKILL') => void
    readonly ended: Promise<Ended>
    /** Its standard error until now. */
    readonly noted: () => string
  }
  /** With `--json`; it has to end with status 0 and say nothing beside the document. */
  json<T>(args: readonly string[], input?: string): Promise<T>
  /** On a terminal of its own: what is asked, and the answers. */
  onTerminal(
    answers: readonly (readonly [string, string])[],
    args: readonly string[],
  ): Promise<{ status: number; seen: string; unasked: string[] }>
  /**
   * Starts a panel on the store: commands go through it until the end, in half of the time.
   * @returns the id of its process, and a link that lets one browser in
   */
  startPanel(): Promise<{ readonly pid: number; readonly link: string }>
  stop(): Promise<void>
}

/** @param node another executable of Node than that of the tests, to build and run it with */
export const startCommandRunner = async (node = process.execPath): Promise<CommandRunner> => {
  const { cli } = await buildApp(node)
  const dataDir = await mkdtemp(join(tmpdir(), 'memharbor-cli-'))
  // Without the keyring and the agent of whoever runs the tests.
  const env = { PATH: process.env['PATH'] ?? '', HOME: dataDir, MEMHARBOR_DATA: dataDir }
  const panels: (() => Promise<unknown>)[] = []
  const run: CommandRunner['run'] = async (args, input = '', surroundings = {}) => {
    const options = { input, reject: false, extendEnv: false, env: { ...env, ...surroundings } } as const
    const { exitCode, stdout, stderr } = await execa(node, [...briefly, cli, ...args], options)
    return { status: exitCode, stdout, stderr }
  }
  return {
    dataDir,
    run,
    async runInto(output, args) {
      const file = output === 'nobody' ? undefined : await open(output.file, 'w')
      const child = spawn(node, [...briefly, cli, ...args], {
        env,
        stdio: ['ignore', file?.fd ?? 'pipe', 'pipe'],
      })
      child.stdout?.destroy()
      const [stderr, [status]] = await Promise.all([
        child.stderr === null ? '' : readText(child.stderr),
        once(child, 'close'),
      ])
      await file?.close()
      return { status, stderr: stderr.trimEnd() }
    },
    start(args, surroundings = {}) {
      const options = { reject: false, extendEnv: false, env: { ...env, ...surroundings } } as const
      const child = execa(node, [...briefly, cli, ...args], options)
      const ended = child.then(({ exitCode, stdout, stderr }) => ({ status: exitCode, stdout, stderr }))
      let noted = ''
      child.stderr.on('data', (chunk: Buffer) => {
        noted += chunk
      })
      return { kill: (signal) => void child.kill(signal), ended, noted: () => noted }
    },
    async json(args, input) {
      const { status, stdout, stderr } = await run([...args, '--json'], input)
      expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
      return JSON.parse(stdout)
    },
    async onTerminal(answers, args) {
      const script = join(import.meta.dirname, 'answer-questions.py')
      const argv = [script, JSON.stringify(answers), node, ...briefly, cli, ...args]
      const { stdout } = await execa('python3', argv, { extendEnv: false, env })
      return JSON.parse(stdout)
    },
    async startPanel() {
      const words = [cli, 'panel', '--no-browser']
      // As Ctrl-C ends it; one that does not end is killed 5 s later.
      const ending = { killSignal: 'SIGINT', forceKillAfterDelay: 5_000 } as const
      const common = { env, extendEnv: false, reject: false, stdin: 'ignore' } as const
      const panel = execa(node, words, { ...common, ...ending })
      panels.push(() => {
        panel.kill()
        return panel
      })
      // Its link: from then on it has the store.
      const ended = panel.then(({ stderr }) => {
        throw new Error(`the panel did not start: ${stderr}`)
      })
      const [line] = await Promise.race([once(panel.stdout, 'data') as Promise<[Buffer]>, ended])
      return { pid: panel.pid ?? 0, link: line.toString().trim() }
    },
    async stop() {
      for (const stopPanel of panels) await stopPanel()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Adds a sandbox host by its key. */
export const addHost = async ({ json }: CommandRunner, host: HostFacts): Promise<void> => {
  const target = ['--ssh', `${host.user}@${host.address4}`, '--identity', host.identityFile]
  await json(['host', 'add', host.name, ...target, '--host-key', host.hostKeyFingerprint])
}

/** Adds and prepares a sandbox host, whose user needs no sudo password. */
export const addPrepared = async (commands: CommandRunner, host: HostFacts): Promise<void> => {
  await addHost(commands, host)
  await commands.json(['host', 'prepare', host.name])
}
