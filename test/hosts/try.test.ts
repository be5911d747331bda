import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findCodeBlock, leaveOut, mask } from '../docs/transcripts.ts'
import { type BuiltProgram, buildCommandLine, buildProgram } from '../main/program.ts'
import { until } from './condition.ts'
import { skipReason } from './platform.ts'
import { observeProcess } from './process-identity.ts'
import { workDirectory } from './record.ts'
import { mustRun, run, start } from './run.ts'
import { expectNothingLeft, observeTraces, type SandboxTraces, storesOf } from './sandbox-traces.ts'
import type { ProofLine } from './try/proof.ts'
import { renderLine, renderVerdict } from './try/render.ts'

const reason = skipReason()

const proof = z.strictObject({
  held: z.boolean(),
  lines: z.array(
    z.strictObject({
      phase: z.string(),
      sentence: z.string(),
      held: z.boolean(),
      seen: z.string(),
      ms: z.number(),
    }),
  ),
  endpoint: z.strictObject({ addresses: z.array(z.string()), port: z.number() }),
  tenant: z.literal('demo'),
  server: z.record(z.string(), z.string()),
  store: z.string(),
})

describe.skipIf(reason !== null)(`npm run try${reason === null ? '' : ` (${reason})`}`, () => {
  let program: BuiltProgram
  let commandLine: Pick<BuiltProgram, 'path'>
  /** The folder for stores is of this file alone: every other run that begins meanwhile clears the machine's. */
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    program = await buildProgram('test/hosts/try/main.ts')
    commandLine = await buildCommandLine()
  })

  afterAll(async () => {
    await program?.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const startTry = (...words: readonly string[]) => {
    // A test run that is killed takes it along.
    const alone = ['env', `TMPDIR=${folder}`, 'setpriv', '--pdeathsig', 'TERM']
    const child = start([...alone, process.execPath, program.path, ...words])
    const { pid } = child
    if (pid === undefined) throw new Error('the program did not start')
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    /** Waits for something that it says or makes; its end before that is told with its last words. */
    const reaches = (what: string, holds: () => boolean): Promise<void> =>
      until(
        what,
        () => {
          if (!holds() && observeProcess(pid) === null) throw new Error(`it ended early: ${stderr}`)
          return holds()
        },
        60_000,
      )
    return { pid, child, reaches, stdout: () => stdout, stderr: () => stderr }
  }

  const tracesOf = (pid: number): SandboxTraces => {
    const traces = observeTraces(pid)
    if (traces === undefined) throw new Error('it has no sandbox')
    return traces
  }

  const limitMs = 120_000

  it(
    'clears at the next start what a killed run left, and proves the main job as data',
    async () => {
      const killed = startTry('--once')
      await killed.reaches('it has a sandbox and a store', () => killed.stdout().includes('host key'))
      const { sandbox } = tracesOf(killed.pid)
      killed.child.kill('SIGKILL')
      await killed.child
      expect(existsSync(workDirectory(sandbox))).toBe(true)
      expect(storesOf(killed.pid, folder)).toHaveLength(1)

      const { pid, child, stdout, stderr } = startTry('--once', '--json')
      expect((await child).exitCode).toBe(0)
      expect(stderr()).toMatch(
        new RegExp(`Removed what an earlier run left: .*/memharbor-try-${killed.pid}-`),
      )
      expect(existsSync(workDirectory(sandbox))).toBe(false)
      expect([...storesOf(killed.pid, folder), ...storesOf(pid, folder)]).toEqual([])
      expect(observeTraces(pid)).toBeUndefined()
      const { held, lines, endpoint } = proof.parse(JSON.parse(stdout()))
      expect(held).toBe(true)
      expect(lines.filter((line) => !line.held)).toEqual([])
      expect(endpoint).toMatchObject({ addresses: [expect.any(String), expect.any(String)], port: 20_000 })
      const sentences = lines.map(({ sentence }) => sentence)
      for (const family of ['IPv4', 'IPv6']) {
        expect(sentences).toContain(`client 1 gets VERSION, and a value set and read back, over ${family}`)
        expect(sentences).toContain(`client 2 times out over ${family}`)
        expect(sentences).toContain(`client 2 gets VERSION, and a value set and read back, over ${family}`)
        expect(sentences).toContain(`the connection that client 1 held over ${family} is cut`)
        expect(sentences).toContain(`client 1 times out over ${family}`)
      }
      await expectReadme(lines)
    },
    limitMs,
  )

  it(
    'stays up for the command line of a second terminal, and Ctrl-C leaves nothing',
    async () => {
      const { pid, child, reaches, stdout, stderr } = startTry('--json')
      await reaches('it says what to do', () => stderr().includes('Ctrl-C here removes'))
      const { store, server, endpoint } = proof.parse(JSON.parse(stdout()))
      const { address4 = '', machineAddress4 = '' } = server
      const talk = ['nc', '-w', '2', address4, String(endpoint.port)]
      const command = async (...words: readonly string[]): Promise<unknown> => {
        const asked = [
          'env',
          `MEMHARBOR_DATA=${store}`,
          process.execPath,
          commandLine.path,
          ...words,
          '--json',
        ]
        return JSON.parse(await mustRun(asked))
      }
      expect(await command('tenant', 'list')).toMatchObject([{ name: 'demo', state: 'running' }])
      expect((await run(talk, { input: 'version\r\nquit\r\n' })).stdout).toBe('')
      await command('tenant', 'allow', 'demo', machineAddress4)
      expect((await run(talk, { input: 'version\r\nquit\r\n' })).stdout).toMatch(/^VERSION \d/)

      const traces = tracesOf(pid)
      expect(traces.processes.length).toBeGreaterThan(8)
      const before = performance.now()
      child.kill('SIGINT')
      expect((await child).exitCode).toBe(0)
      expect(performance.now() - before).toBeLessThan(5_000)
      await expectNothingLeft(traces, folder)
      expect(await mustRun(['ip', '-o', 'addr', 'show', 'to', machineAddress4])).toBe('')
    },
    limitMs,
  )

  it.each([
    ['while the sandbox starts', 'Starting a sandbox'],
    ['while the server is prepared', 'The server is prepared'],
    ['while a connection times out', 'Client 1 is on the allowlist'],
  ])(
    'ends within seconds %s, and leaves nothing',
    async (_, words) => {
      const { pid, child, reaches, stdout, stderr } = startTry('--json')
      await reaches('it is that far', () => stderr().includes(words) && observeTraces(pid) !== undefined)
      const traces = tracesOf(pid)
      child.kill('SIGTERM')
      const before = performance.now()
      expect((await child).exitCode).toBe(143)
      expect(performance.now() - before).toBeLessThan(10_000)
      expect(stdout()).toBe('')
      await expectNothingLeft(traces, folder)
    },
    limitMs,
  )
})

/** README shows a part of the proof as a terminal has it, without the empty lines between its phases. */
async function expectReadme(lines: readonly ProofLine[]): Promise<void> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const shown = findCodeBlock(readme, 'lines held.').map(mask)
  const phases = [...new Set(lines.map(({ phase }) => phase))]
  const proof = phases.flatMap((phase) => [
    phase,
    ...lines.filter((line) => line.phase === phase).map((line) => renderLine(line, false)),
  ])
  expect(leaveOut([...proof, renderVerdict(lines)].map(mask), shown)).toEqual(shown)
}
