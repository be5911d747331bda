import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { openRootSession } from '../../../../src/main/adapters/prepare/root-session.ts'
import { type HostNamespace, startHost } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { problemOf } from '../../panel.ts'
import { linkTo } from '../host-links.ts'

const reason = skipReason()
const name = `a prepare session with a hostile host${reason === null ? '' : ` (${reason})`}`

describe.skipIf(reason !== null)(name, () => {
  let host: HostNamespace
  let link: Link

  beforeAll(async () => {
    host = await startHost({ docker: false })
    link = linkTo(host)
  })
  afterAll(async () => {
    await link?.close()
    await host?.stop()
  })

  /** Puts a script in the place of sudo there, which would run prepare.py. */
  const forge = (script: string) =>
    writeHostFile(host.namespace, '/usr/bin/sudo', `#!/bin/sh\n${script}\n`, { mode: '755' })
  const open = () => openRootSession(link, host.user, { kind: 'sudo', password: undefined }, 10_000)
  /** How much more memory this process takes than before, in MiB. */
  const grown = async (work: () => Promise<void>) => {
    const before = process.memoryUsage().rss
    await work()
    return (process.memoryUsage().rss - before) / 1024 / 1024
  }
  const endless = "tr '\\0' x < /dev/zero"

  it('stops before it began at a line without an end', async () => {
    await forge(`exec ${endless}`)
    const more = await grown(async () => {
      const problem = await problemOf(open())
      expect(problem).toMatchObject({ code: 'COMMAND_FAILED', details: { command: 'prepare' } })
      expect(problem.message).toContain('a line of its answer is longer than 64 KiB')
    })
    expect(more).toBeLessThan(64)
  })

  it.each([
    ['a line without an end', endless, 'a line of its answer is longer than 64 KiB'],
    ['steps without an end', `yes '{"progress": "still at it"}'`, 'its answers are longer than 1024 KiB'],
  ])('stops at %s, and says so', async (_, script, words) => {
    await forge(`echo ready; exec ${script}`)
    const session = await open()
    const more = await grown(async () => {
      const problem = await problemOf(session.request({ op: 'sysctl' }, 'Raise the limits', () => {}))
      expect(problem).toMatchObject({ code: 'PREPARE_FAILED', details: { host: host.name } })
      expect(problem.message).toContain(words)
    })
    expect(more).toBeLessThan(64)
    const again = await problemOf(session.request({ op: 'sysctl' }, 'Raise the limits', () => {}))
    expect(again).toMatchObject({ code: 'PREPARE_FAILED' })
    session.close()
  })
})
