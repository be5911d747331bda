import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { start } from '../../hosts/run.ts'
import { helperPath, type Reply } from './helper-host.ts'

/** A session with the helper as an operator has it, watched from outside: every program that it starts is written down. */
export interface TracedSession {
  /** Sends one line, without its end, and waits for its reply. */
  ask(line: Buffer | string): Promise<Reply>
  /** Ends it; returns the argument arrays of everything that was started, in words of the kernel and each once. */
  end(): Promise<{ status: number | null; started: string[] }>
}

/** @param argv what the user runs; the helper through sudo unless given */
export function startTraced(
  host: HostNamespace,
  user: string,
  argv: readonly string[] = ['sudo', '-n', helperPath],
): TracedSession {
  const log = join(tmpdir(), `memharbor-trace-${nanoid(8)}`)
  const strace = [
    'strace',
    '--follow-forks',
    '--trace=execve,execveat',
    '--string-limit=4096',
    '--signal=none',
  ]
  const child = start([...strace, '--quiet=all', `--output=${log}`, ...host.namespace.enter(argv, user)])
  let output = ''
  let asked = 0
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  child.stderr.resume()
  return {
    async ask(line) {
      asked += 1
      child.stdin.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]))
      await until(`reply ${asked}`, () => output.split('\n').length > asked, 30_000)
      return JSON.parse(output.split('\n')[asked - 1] ?? '') as Reply
    },
    async end() {
      child.stdin.end()
      const { exitCode } = await child
      const text = await readFile(log, 'utf8')
      await rm(log)
      return { status: exitCode ?? null, started: [...new Set(text.split('\n').flatMap(parseExec))] }
    },
  }
}

/**
 * A line of strace to the argument array that it shows; nothing for a program that was looked for and is not there.
 * @example parseExec('712 execve("/usr/sbin/ipset", ["/usr/sbin/ipset", "save", "mh4"], 0x7f /* 2 vars *\/) = 0')
 */
function parseExec(line: string): string[] {
  const match = /execve(?:at)?\(.*?(\[.*\]), 0x.* = 0$/.exec(line)
  return match?.[1] === undefined ? [] : [match[1].replaceAll('", "', ' ').slice(2, -2)]
}
