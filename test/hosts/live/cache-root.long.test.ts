import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { until } from '../condition.ts'
import { runningAsRootOnLinux } from '../platform.ts'
import { mustRun, run, start } from '../run.ts'
import { askForRoot } from './ask-for-root.ts'
import { platformReason } from './live-platform.ts'
import { observeMirror } from './mirror.ts'

const observeReason = async (): Promise<string | null> => {
  const reason = platformReason()
  if (reason !== null) return reason
  const mirror = await observeMirror('forky')
  return mirror.kind === 'none' ? mirror.reason : null
}

const reason = await observeReason()
const timeout = 30 * 60_000

describe.skipIf(reason !== null)(
  `the cache of roots${reason === null ? '' : ` (${reason})`}`,
  { timeout },
  () => {
    const cache = runningAsRootOnLinux() ? mkdtempSync(join(tmpdir(), 'memharbor-test-')) : ''

    afterAll(() => rmSync(cache, { recursive: true, force: true }))

    it('makes a root once, whoever asks, and goes on when one that made it was killed', async () => {
      const half = (): readonly string[] => readdirSync(cache).filter((name) => name.endsWith('.partial'))
      const killed = start(askForRoot(cache, 'forky'))
      await until(
        'it is half made',
        () => half().some((name) => existsSync(join(cache, name, 'usr'))),
        timeout,
      )
      killed.kill('SIGKILL')
      await killed
      const asked = await Promise.all(
        [0, 1].map(() => mustRun(askForRoot(cache, 'forky'), { timeoutMs: timeout })),
      )
      const [first, second] = asked.map((text) => JSON.parse(text))
      expect(first).toEqual({ kind: 'ready', path: expect.stringMatching(`^${cache}/forky-`) })
      expect(second).toEqual(first)
      expect(half()).toEqual([])
      expect(readdirSync(cache).filter((name) => !name.endsWith('.lock'))).toHaveLength(1)
      expect(await mustRun(['cat', '/proc/mounts'])).not.toContain(cache)
      const unfinished = await run(['chroot', first.path, 'dpkg', '--audit'])
      expect(unfinished).toMatchObject({ status: 0, stdout: '' })
    })
  },
)
