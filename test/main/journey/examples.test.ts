import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Example, Tenant } from '../../../src/contract/tenant.ts'
import { renderExamples } from '../../../src/domain/examples.ts'
import type { Client } from '../../hosts/client.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { createTenant, type Panel } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'

const require = createRequire(import.meta.url)
/** Where the example's `require('memjs')` finds what npm installed. */
const nodePath = dirname(dirname(require.resolve('memjs/package.json')))
/** The programs that run the examples, which come on standard input. */
const interpreters: readonly (readonly [language: string, argv: readonly string[]])[] = [
  ['Ruby', ['ruby', '-']],
  ['Python', ['/usr/bin/python3', '-']],
  ['PHP', ['php']],
  ['Node', ['env', `NODE_PATH=${nodePath}`, process.execPath, '-']],
  ['Shell', ['sh']],
]

describeOnHosts('real clients', () => {
  let world: PanelHost
  let host: HostNamespace
  let allowed: Client
  let stranger: Client
  let panel: Panel
  let tenant: Tenant & { port: number }
  let examples: readonly Example[]

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    ;({ host, panel } = world)
    allowed = await world.addClient()
    stranger = await world.addClient()
    const allow = [{ cidr: allowed.address4 }, { cidr: allowed.address6 }]
    tenant = await createTenant(panel, { name: 'acme', allow })
    examples = (await panel.client.tenant.show({ name: 'acme' })).examples
  })

  afterAll(() => world?.stop())

  const runExample = (client: Client, of: readonly Example[], language: string, argv: readonly string[]) =>
    client.exec(argv, { input: of.find((one) => one.language === language)?.code ?? '', timeoutMs: 20_000 })

  it.each(interpreters)('%s runs as it is printed', async (language, argv) => {
    await allowed.exec(['sh'], {
      input: `printf 'flush_all\\r\\nquit\\r\\n' | nc ${host.address4} ${tenant.port}`,
    })
    const { status, stdout, stderr } = await runExample(allowed, examples, language, argv)
    const said = language === 'Shell' ? 'STORED\r\nVALUE greeting 0 5\r\nhello\r\nEND\r\n' : 'hello\n'
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: said, stderr: '' })
  })

  it.each(interpreters)('%s runs with an IPv6 address too', async (language, argv) => {
    const of = renderExamples(host.address6, tenant.port)
    const { status, stdout, stderr } = await runExample(allowed, of, language, argv)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^hello\r?\n/m)
  })

  it('a client that is not allowed prints no hello', async () => {
    const { status, stdout } = await runExample(stranger, examples, 'Python', ['/usr/bin/python3', '-'])
    expect({ status, hello: stdout.includes('hello') }).toEqual({ status: 1, hello: false })
  })

  it('memccapable sees through the filter what it sees without', async () => {
    const check = async (on: Pick<Client, 'exec'>, address: string) => {
      const argv = ['memccapable', '-h', address, '-p', String(tenant.port), '-a', '-t', '3']
      const { stdout } = await on.exec(argv, { timeoutMs: 60_000 })
      return [...stdout.matchAll(/^(ascii .*?) +\[(.*)\]$/gm)].map(([, name, result]) => `${name}: ${result}`)
    }
    const through = await check(allowed, host.address4)
    const direct = await check(host, '127.0.0.1')
    expect(through).toEqual(direct)
    expect(through.length).toBeGreaterThan(20)
    expect(through.filter((line) => !line.endsWith(': pass'))).toEqual([])
  })
})
