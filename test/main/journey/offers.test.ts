import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPanel, type Panel } from '../panel.ts'

describe('what this computer offers as a first host', () => {
  const before = {
    HOME: process.env['HOME'],
    PATH: process.env['PATH'],
    DOCKER_HOST: process.env['DOCKER_HOST'],
  }
  let home: string
  let panel: Panel
  beforeAll(async () => {
    home = await mkdtemp(join(os.tmpdir(), 'memharbor-test-'))
    await mkdir(join(home, '.ssh'))
    await writeFile(
      join(home, '.ssh/config'),
      'Host web\n  HostName 203.0.113.7\n  User ann\n  Port 2222\nHost odd\n  ProxyCommand nc %h %p\nHost *\n  User bob\nHost db\n',
    )
    // OpenSSH goes by the account's home and not by HOME, so it is told which file to read.
    await writeFile(
      join(home, 'ssh'),
      `#!/bin/sh\nPATH='${before.PATH}' exec ssh -F '${home}/.ssh/config' "$@"\n`,
    )
    await chmod(join(home, 'ssh'), 0o755)
    Object.assign(process.env, {
      HOME: home,
      PATH: `${home}:${before.PATH}`,
      DOCKER_HOST: `unix://${home}/none`,
    })
    panel = await openPanel()
  })
  afterAll(async () => {
    await panel?.stop()
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    await rm(home, { recursive: true, force: true })
  })

  it('names of ~/.ssh/config as ssh resolves them, but for those that need a ProxyCommand', async () => {
    const offers = await panel.client.host.findOffers()
    expect(offers.configured).toEqual([
      { alias: 'web', hostname: '203.0.113.7', user: 'ann', port: 2222 },
      { alias: 'db', hostname: 'db', user: 'bob', port: 22 },
    ])
    // A program that was not built into the project's folder has no script beside it.
    expect(offers.sandbox).toBe(process.platform === 'linux' ? 'terminal' : 'none')
    expect(offers.whyNotSandbox).toMatch(process.platform === 'linux' ? /the project's folder/ : /^$/)
    expect(offers.thisComputer === null).toBe(offers.whyNotThisComputer !== '')
  })
})
