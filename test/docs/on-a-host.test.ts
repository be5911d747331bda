import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, startClient } from '../hosts/client.ts'
import { type HostNamespace, startHost } from '../hosts/host.ts'
import { skipReason } from '../hosts/platform.ts'
import { type CommandRunner, startCommandRunner } from '../main/cli/command-runner.ts'
import { firewallDocument, observeFilter } from './firewall-document.ts'
import { leaveOut, mask, parseTranscripts, renderTerminal } from './transcripts.ts'

const reason = skipReason()
const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
const firewall = await readFile(firewallDocument, 'utf8')

describe.skipIf(reason !== null)(`documents on a host${reason === null ? '' : ` (${reason})`}`, () => {
  let runner: CommandRunner
  let host: HostNamespace
  /** The tenant's computers of README: the one that is allowed from the start, and the one that comes later. */
  let clients: readonly Client[] = []
  let filter: string | undefined

  beforeAll(async () => {
    runner = await startCommandRunner()
    host = await startHost()
    clients = await Promise.all([0, 1].map((index) => startClient(host, { index })))
    // As somebody has it who logs in with ssh: README's host add names no key.
    await mkdir(join(runner.dataDir, '.ssh'), { mode: 0o700 })
    await copyFile(host.identityFile, join(runner.dataDir, '.ssh/id_ed25519'))
    await runner.startPanel()
  })

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.stop()))
    await host?.stop()
    await runner?.stop()
  })

  /** README's addresses and those that stand for them here. */
  const addresses = (): [string, string][] => [
    ['198.51.100.2', host.address4],
    ['2001:db8:a:1::2', host.address6],
    ['203.0.113.2', clients[0]?.address4 ?? ''],
    ['203.0.113.6', clients[1]?.address4 ?? ''],
  ]

  /** The entries of a person when the command asks. */
  const answers = (command: string): [string, string][] => {
    if (command.startsWith('host add')) return [['Trust this key', 'y']]
    if (command.startsWith('host prepare')) return [['sudo password', host.sudoPassword]]
    return []
  }

  /** Before an address is revoked, it is connected. */
  const getReady = async (command: string): Promise<void> => {
    if (!command.startsWith('tenant revoke')) return
    const connection = await clients[1]?.spawn(['nc', host.address4, '20000'])
    await connection?.write('version\r\n')
    await connection?.waitFor('VERSION ')
  }

  it.each(parseTranscripts(readme))('README: $command', async ({ command, output }) => {
    await getReady(command)
    const here = replaceAddresses(command, addresses())
    const { status, seen, unasked } = await runner.onTerminal(answers(command), here.split(/\s+/))
    const printed = renderTerminal(replaceAddresses(seen, addresses().map(flip)))
    // As README says, the check of a host that lacks something fails.
    const expected = { unasked: [], status: command.startsWith('host check') ? 1 : 0 }
    expect({ unasked, status }, printed.join('\n')).toEqual(expected)
    // Of a command that README shows without a line below it, it does not say what it prints.
    if (output.length > 0) {
      expect(leaveOut(printed.map(mask), output.map(mask))).toEqual(output.map(mask))
    }
    if (command.startsWith('tenant allow')) filter = await observeFilter(host, firewall)
  })

  // `npm test -- test/docs -u` writes them.
  it('docs/firewall.md has the rules and the sets of that host', async () => {
    expect(filter, 'the tenant of README is there').toBeDefined()
    await expect(filter).toMatchFileSnapshot(firewallDocument)
  })
})

const flip = ([one, other]: [string, string]): [string, string] => [other, one]

/** All at once, because one address may be another's; 198.51.100.2 is not a part of 198.51.100.22. */
function replaceAddresses(text: string, pairs: readonly [string, string][]): string {
  const known = new Map(pairs)
  const any = pairs.map(([address]) => address.replaceAll('.', '\\.')).join('|')
  const whole = new RegExp(`(?<![\\w.])(?:${any})(?!\\w|\\.\\d)`, 'g')
  return text.replaceAll(whole, (address) => known.get(address) ?? address)
}
