import { statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memcacheTalk } from '../memcache-talk.ts'
import { skipReason } from '../platform.ts'
import { importRawImage, rawImage } from '../raw-image.ts'
import { observeRecords } from '../record.ts'
import { openSandboxBySudo } from './open.ts'
import { sandboxServer } from './server-program.ts'

const reason = skipReason()

describe.skipIf(reason !== null)(`a sandbox by sudo${reason === null ? '' : ` (${reason})`}`, () => {
  it('has the same hosts and clients, and leaves nothing', async () => {
    const sandbox = openSandboxBySudo(sandboxServer)
    const host = await sandbox.startHost({ name: 'far' })
    const client = await sandbox.startClient(host, { index: 3 })
    expect(await host.exec(['hostname'])).toEqual({ status: 0, stdout: 'far\n', stderr: '' })
    expect(statSync(host.identityFile).mode & 0o777).toBe(0o600)
    await importRawImage(host)
    await host.exec(['docker', 'run', '-d', '-p', '20001:11211', rawImage])
    expect(await memcacheTalk(client, host.address4, 20_001)).toMatchObject({ kind: 'answer' })
    const connection = await client.spawn(['nc', host.address4, '20001'])
    await connection.write('version\r\n')
    expect(await connection.waitFor('\r\n')).toMatch(/^VERSION \d/)
    await connection.write('quit\r\n')
    await connection.end()
    expect(await connection.exited()).toBe(0)
    await expect(host.exec(['sleep', '60'], { timeoutMs: 200 })).rejects.toThrow('did not end')
    await sandbox.close()
    expect(observeRecords().map(({ id }) => id)).not.toContain(host.id)
  })
})
