import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runningAsRootOnLinux } from '../platform.ts'
import { mustRun } from '../run.ts'
import { askForRoot } from './ask-for-root.ts'
import { platformReason } from './live-platform.ts'

const reason = platformReason()

describe.skipIf(reason !== null)(`the cache of roots${reason === null ? '' : ` (${reason})`}`, () => {
  const cache = runningAsRootOnLinux() ? mkdtempSync(join(tmpdir(), 'memharbor-test-')) : ''

  afterAll(() => rmSync(cache, { recursive: true, force: true }))

  it('says why there is no root where no mirror answers, and takes nothing half-made for one', async () => {
    // A network namespace without a link.
    const asked = ['unshare', '--net', ...askForRoot(cache, 'forky')]
    const none = { kind: 'unavailable', reason: 'the mirror that apt fetches from does not answer' }
    expect(JSON.parse(await mustRun(asked))).toEqual(none)
    const [lock = '', ...rest] = readdirSync(cache)
    expect(lock).toMatch(/^forky-[0-9a-f]{12}\.lock$/)
    expect(rest).toEqual([])
    mkdirSync(join(cache, lock.replace('.lock', '.partial'), 'usr'), { recursive: true })
    expect(JSON.parse(await mustRun(asked))).toEqual(none)
    expect(readdirSync(cache)).toEqual([lock])
  })
})
