import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type SandboxProcess,
  startSandboxProcess,
} from '../../../../src/main/adapters/sandbox/sandbox-process.ts'

const token = 'a'.repeat(43)

/** A script that stays until it is asked to end, as the real one does. */
const stays = `
process.on('disconnect', () => process.exit(129))
setInterval(() => {}, 1000)
`

describe('the program of a sandbox', () => {
  let project: string
  let running: SandboxProcess[]
  beforeEach(async () => {
    project = await mkdtemp(join(tmpdir(), 'memharbor-test-'))
    await mkdir(join(project, 'scripts'))
    running = []
  })
  afterEach(async () => {
    for (const each of running) each.stop()
    await Promise.all(running.map(({ ended }) => ended))
    await rm(project, { recursive: true, force: true })
  })

  /** Runs this text where the project's script would be; `up` is when it says so. */
  const start = async (script: string, node = process.execPath) => {
    await writeFile(join(project, 'scripts/try.mjs'), script)
    const told: unknown[] = []
    let isUp = (): void => {}
    const up = new Promise<void>((resolve) => {
      isUp = resolve
    })
    const started = startSandboxProcess({ kind: 'here', node, project }, (message) => {
      told.push(message)
      if (message.kind === 'up') isUp()
    })
    running.push(started)
    return { ...started, told, up }
  }

  test('tells what it does, and nothing that is no word of a sandbox', async () => {
    const { ended, told } = await start(`
      for (const message of [
        { kind: 'said', sentence: 'one' }, { kind: 'other' }, 'text', null, { kind: 'said', sentence: 7 },
        { kind: 'link', link: 'https://elsewhere.example/' }, { kind: 'up', proven: true },
      ]) process.send(message)
      process.disconnect()
    `)
    expect(await ended).toEqual({ reason: '', said: [] })
    expect(told).toEqual([
      { kind: 'said', sentence: 'one' },
      { kind: 'up', proven: true },
    ])
  })

  test('gives links to a panel on this computer only', async () => {
    const { newLink, up } = await start(`
      const links = ['javascript:alert(1)', 'http://127.0.0.1:4711/#token=${token}']
      process.on('message', ({ kind }) => { for (const link of links) process.send({ kind, link }) })
      process.send({ kind: 'up', proven: true })
      ${stays}
    `)
    await up
    expect(await newLink()).toBe(`http://127.0.0.1:4711/#token=${token}`)
  })

  test.each([
    [
      'its own reason',
      `process.send({ kind: 'failed', reason: 'no memory' }); process.exitCode = 1; process.disconnect()`,
      'no memory',
    ],
    [
      'its last words',
      `console.error('a stack'); console.error('\\x1b[31mout of luck\\x1b[39m'); process.exitCode = 3; process.disconnect()`,
      'its program ended with status 3: out of luck',
    ],
    [
      'what it left behind',
      `process.send({ kind: 'left', what: '/tmp/x: busy' }); process.disconnect()`,
      'it was ended, and this could not be removed: /tmp/x: busy',
    ],
  ])('ends with %s', async (_, script, reason) => {
    const { ended } = await start(script)
    expect((await ended).reason).toBe(reason)
  })

  test('where it cannot be started, says so', async () => {
    const { ended, newLink } = await start('', join(project, 'no-node'))
    expect((await ended).reason).toBe('its program could not be started (ENOENT)')
    expect(await newLink()).toBeUndefined()
  })

  test('is stopped as by Ctrl-C, has no input and nothing of Electron', async () => {
    process.env['ELECTRON_RUN_AS_NODE'] = '1'
    const { ended, stop, up, told } = await start(`
      process.on('SIGINT', () => process.exit(130))
      process.stdin.on('end', () => {
        const sentence = JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE ?? 'none'])
        process.send({ kind: 'said', sentence })
        process.send({ kind: 'up', proven: true })
      }).resume()
      ${stays}
    `).finally(() => {
      delete process.env['ELECTRON_RUN_AS_NODE']
    })
    await up
    stop()
    expect(await ended).toEqual({ reason: '', said: [] })
    expect(told[0]).toEqual({ kind: 'said', sentence: '[["--for-panel"],"none"]' })
  })
})
