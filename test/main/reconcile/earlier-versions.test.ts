import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tenant } from '../../../src/contract/tenant.ts'
import { type Client, startClient } from '../../hosts/client.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { skipReason } from '../../hosts/platform.ts'
import { addSandbox, createTenant, openPanel, type Panel, prepareSandbox, readWork } from '../panel.ts'
import { startPreparedHost } from '../prepared-host.ts'

const reason = skipReason()
/** Helper 1.2.0 and the command line as they were at b696e63; the packages beside it are today's. */
const fixtures = join(import.meta.dirname, '../../fixtures/b696e63')
const helperPath = '/usr/local/sbin/memharbor-host'
const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

/** The state as helper 1.2.0 wrote it: schema 2, no history, no revision of each entry. */
const writeEarlierState = `
import json
path = '/var/lib/memharbor/state.json'
state = json.load(open(path))
kept = ('revision', 'hostId', 'range', 'supernet', 'reservedMb', 'operators', 'tenants', 'replies', 'released')
json.dump({'schema': 2, **{key: state[key] for key in kept}}, open(path, 'w'))
open('/var/lib/memharbor/journal', 'w')
`

describe.skipIf(reason !== null)(`versions side by side${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  let client: Client
  let panel: Panel
  let folder: string

  beforeAll(async () => {
    host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    client = await startClient(host, { index: 0 })
    panel = await openPanel()
    await addSandbox(panel, host)
    await prepareSandbox(panel, host)
    folder = await mkdtemp(join(tmpdir(), 'memharbor-earlier-'))
  })
  afterAll(async () => {
    await panel?.stop()
    await client?.stop()
    await host?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('the panel of b696e63 on a host with the helper of today', { timeout: 120_000 }, async () => {
    // Inside of the project, because its packages are looked for from there upwards.
    const program = join(import.meta.dirname, `../../../node_modules/.earlier-${process.pid}.mjs`)
    await writeFile(program, gunzipSync(await readFile(join(fixtures, 'panel.mjs.gz'))))
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, MEMHARBOR_DATA: folder }
    const run = async (...args: readonly string[]): Promise<string> => {
      const words = [program, ...args]
      const { exitCode, stdout, stderr } = await execa(process.execPath, words, {
        ...{ env, extendEnv: false, reject: false, input: '' },
      })
      expect({ args, exitCode, stderr }).toMatchObject({ args, exitCode: 0 })
      return stdout
    }
    try {
      const target = ['--ssh', `${host.user}@${host.address4}`, '--identity', host.identityFile]
      await run('host', 'add', 'web1', ...target, '--host-key', host.hostKeyFingerprint)
      const { port } = JSON.parse(await run('tenant', 'create', 'old', '--json')) as Tenant
      const talk = () => memcacheTalk(client, host.address4, port ?? 0)
      await run('tenant', 'allow', 'old', client.address4)
      expect(await talk()).toMatchObject(answer)
      await run('tenant', 'suspend', 'old', '--yes')
      expect(await talk()).toEqual(closed)
      await run('tenant', 'resume', 'old')
      expect(await talk()).toMatchObject(answer)
      await run('tenant', 'revoke', 'old', client.address4)
      expect(await talk()).toEqual(closed)
      expect(JSON.parse(await run('tenant', 'list', '--json'))).toMatchObject([{ name: 'old', allow: [] }])
      await run('tenant', 'delete', 'old', '--yes')
    } finally {
      await rm(program, { force: true })
    }
  })

  it('the panel of today on a host with the helper of b696e63', async () => {
    await panel.close()
    const changed = await host.exec(['/usr/bin/python3', '-c', writeEarlierState])
    expect(changed.stderr).toBe('')
    const text = await readFile(join(fixtures, 'memharbor-host'), 'utf8')
    await writeHostFile(host.namespace, helperPath, text, { mode: '755' })
    panel = await openPanel(panel.dataDir)
    const { tenant } = panel.client
    const { port } = await createTenant(panel, { name: 'new' })
    const talk = () => memcacheTalk(client, host.address4, port)
    await tenant.allow({ name: 'new', entries: [{ cidr: client.address4 }] })
    expect(await talk()).toMatchObject(answer)
    await tenant.suspend({ name: 'new' })
    expect(await talk()).toEqual(closed)
    await tenant.resume({ name: 'new' })
    expect(await talk()).toMatchObject(answer)
    await tenant.revoke({ name: 'new', cidrs: [client.address4] })
    expect(await talk()).toEqual(closed)
    expect(await tenant.show({ name: 'new' })).toMatchObject({ state: 'running', allow: [], pending: [] })
    const { lines } = await panel.client.host.check({ name: 'web1' })
    expect(lines.find(({ subject }) => subject === 'Helper')).toMatchObject({
      ...{ verdict: 'missing', sentence: expect.stringContaining('1.2.0'), advice: 'Prepare the host.' },
    })
    await readWork(tenant.delete({ name: 'new', confirmed: true }))
    expect(await tenant.list({})).toEqual([])
    // Its state and journal are taken over as they are.
    const { steps } = (await prepareSandbox(panel, host)).plan
    expect(steps.map(({ kind }) => kind)).toContain('install-helper')
    expect((await createTenant(panel, { name: 'again' })).state).toBe('running')
  })
})
