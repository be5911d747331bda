import { createInterface } from 'node:readline'
import { nanoid } from 'nanoid'
import type { Problem } from '../../../src/contract/problem.ts'
import { until } from '../../hosts/condition.ts'
import { mustRun, type RunResult, run, start } from '../../hosts/run.ts'

type Answer = { readonly value: unknown } | { readonly problem: Problem; readonly message: string }

/** The router with its store on a disk that can be filled and made read-only; seen by nobody else. */
export interface SmallDisk {
  /** Starts a call; its answer comes with `answer`. */
  begin(noun: string, verb: string, input: object): void
  answer(): Promise<Answer>
  call(noun: string, verb: string, input: object): Promise<Answer>
  /** Waits until the work that runs has begun this step. */
  atStep(key: string): Promise<void>
  /** The last block of a file may have room for a little more. */
  fill(): Promise<void>
  free(): Promise<void>
  forbidWriting(): Promise<void>
  permitWriting(): Promise<void>
  /** Runs a program that sees the disk. */
  exec(argv: readonly string[]): Promise<RunResult>
  end(): Promise<void>
}

/**
 * @param program the built router-program.ts
 * @param folder where the disk of 1 MiB is mounted, in a mount namespace that ends with the program
 */
export const startOnSmallDisk = async (program: string, folder: string): Promise<SmallDisk> => {
  const script = 'mount -t tmpfs -o size=1m,mode=700 tmpfs "$1" && exec "$2" "$3" "$1/data"'
  const unshare = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--propagation', 'private']
  const child = start([...unshare, 'sh', '-ec', script, 'sh', folder, process.execPath, program])
  const answers: Answer[] = []
  let steps: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += String(chunk)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Answer | { step: string }
    if ('step' in said) steps.push(said.step)
    else answers.push(said)
  })
  const exec = (argv: readonly string[]) =>
    run(['nsenter', '--target', String(child.pid), '--mount', ...argv])
  const must = async (argv: readonly string[]) => {
    const { status, stderr } = await exec(argv)
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  }
  const ballast = `${folder}/ballast-${nanoid(4)}`
  const begin: SmallDisk['begin'] = (noun, verb, input) => {
    steps = []
    child.stdin.write(`${JSON.stringify({ noun, verb, input })}\n`)
  }
  const answer = async (): Promise<Answer> => {
    await until('the router answers', () => answers.length > 0 || child.exitCode !== null, 90_000)
    const first = answers.shift()
    if (first === undefined) throw new Error(`the router's program ended: ${errors}`)
    return first
  }
  return {
    begin,
    answer,
    call(noun, verb, input) {
      begin(noun, verb, input)
      return answer()
    },
    atStep: (key) => until(`${key} begins`, () => steps.includes(key)),
    fill: async () => {
      await exec(['dd', 'if=/dev/zero', `of=${ballast}`, 'bs=4096', 'count=1024', 'status=none'])
    },
    free: () => must(['rm', ballast]),
    forbidWriting: async () => {
      // The kernel refuses to remount a view in which a file is open for writing: the read-only one is finished elsewhere.
      const view = `${folder}/view`
      await must(['mkdir', '-p', view])
      await must(['mount', '--bind', `${folder}/data`, view])
      await must(['mount', '-o', 'remount,bind,ro', view])
      await must(['mount', '--move', view, `${folder}/data`])
    },
    permitWriting: () => must(['umount', `${folder}/data`]),
    exec,
    end: async () => {
      child.stdin.end()
      await child
      await mustRun(['rmdir', folder])
    },
  }
}
