import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ProblemCode } from '../../../src/contract/problem.ts'
import type { Client } from '../../../src/contract/router.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { briefly } from '../brief-node.ts'
import { createTenant, problemOf, readWork } from '../panel.ts'
import type { PanelHost } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { type BuiltProgram, buildCommandLine } from '../program.ts'
import { hashStore, readHostState } from '../world-state.ts'

type Call = (client: Client) => Promise<unknown>
type Case = readonly [what: string, code: ProblemCode, call: Call, said?: RegExp | undefined]

const create =
  (input: Parameters<Client['tenant']['create']>[0]): Call =>
  async (client) =>
    readWork(client.tenant.create(input))
const createNamed = (name: string): Call => create({ name })
const allow =
  (...entries: { cidr: string; label?: string }[]): Call =>
  (client) =>
    client.tenant.allow({ name: 'acme', entries })

const names: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['a space', ' '],
  ['a double quote', 'ac"me'],
  ['a single quote', "ac'me"],
  ['a newline', 'ac\nme'],
  ['a newline at its end', 'acme2\n'],
  ['a semicolon', 'acme;reboot'],
  ['a command', '$(reboot)'],
  ['a path upwards', '../acme'],
  ['a slash', 'ac/me'],
  ['a backslash', 'ac\\me'],
  ['a null character', 'ac\u0000me'],
  ['an escape sequence', '\u001b[2Jacme'],
  ['300 characters', 'x'.repeat(300)],
  ['5,000 characters', 'x'.repeat(5_000)],
  ['an emoji', '🐙'],
  ['text that runs backwards', 'acme\u202egpj'],
  ['a character that nobody sees', 'ac\u200bme'],
  ['half a character', 'acme\ud800'],
  ['an option', '--help'],
  ['two spaces', 'ac  me'],
]

const addresses: readonly (readonly [string, string, RegExp?])[] = [
  ['nothing', ''],
  ['three numbers', '1.2.3'],
  ['a length of 33', '1.2.3.4/33', /more than 32/],
  ['everybody without the word', '0.0.0.0/0', /anyone/],
  ['everybody in IPv6', '::/0', /anyone/],
  ['IPv4 as IPv6', '::ffff:1.2.3.4', /1\.2\.3\.4/],
  ['IPv4 as IPv6 in hexadecimal', '::ffff:102:304', /1\.2\.3\.4/],
  ['a leading zero', '010.1.2.3', /leading zeros/],
  ['host bits', '203.0.113.77/25', /203\.0\.113\.0\/25/],
  ['host bits of IPv6', '2001:db8::1/32', /2001:db8::\/32/],
  ['a number over 255', '256.1.1.1'],
  ['one big number', '16909060'],
  ['a hexadecimal number', '0x1.2.3.4'],
  ['a netmask', '203.0.113.0/255.255.255.0'],
  ['two lengths', '203.0.113.0/24/24'],
  ['an empty length', '203.0.113.0/'],
  ['a zone', 'fe80::1%eth0'],
  ['a name', 'example.org'],
  ['a second command', '203.0.113.7/32\nflush mh4'],
  ['digits of another script', '١.٢.٣.٤'],
]

const numbers: readonly (readonly [string, number])[] = [
  ['none', 0],
  ['less than none', -1],
  ['a billion', 1e9],
  ['no number', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['a fraction', 64.5],
]

const refusedByRouter: readonly Case[] = [
  ...names.map(
    ([what, name]): Case => [`a name with ${what}`, 'INVALID_INPUT', createNamed(name), /name .*not usable/],
  ),
  [
    'annotate with neither notes nor tags',
    'INVALID_INPUT',
    (client) => client.tenant.annotate({ name: 'acme' }),
    /neither notes nor tags/,
  ],
  ['the same name', 'NAME_TAKEN', createNamed('acme')],
  ['the same name in capitals', 'NAME_TAKEN', createNamed('ACME')],
  ['a name that differs in its normal form only', 'NAME_TAKEN', createNamed('cafe\u0301')],
  ['a name that differs by ß and ss', 'NAME_TAKEN', createNamed('STRASSE')],
  ...addresses.flatMap(([what, cidr, said]): Case[] => [
    [`allow ${what}`, 'ADDRESS_INVALID', allow({ cidr: '198.51.100.9' }, { cidr }), said],
    [`create with ${what}`, 'ADDRESS_INVALID', create({ name: 'next', allow: [{ cidr }] }), said],
  ]),
  // Everybody can be revoked as the list shows it.
  ...addresses
    .filter(([, cidr]) => !cidr.endsWith('/0'))
    .map(
      ([what, cidr, said]): Case => [
        `revoke ${what}`,
        'ADDRESS_INVALID',
        (client) => client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.7', cidr] }),
        said,
      ],
    ),
  ...numbers.flatMap(([what, value]): Case[] => [
    [`memory: ${what}`, 'INVALID_INPUT', create({ name: 'next', memoryMb: value }), /memory/],
    [
      `connections: ${what}`,
      'INVALID_INPUT',
      create({ name: 'next', maxConnections: value }),
      /connections/i,
    ],
  ]),
  ...['a\u0007b', 'a\nb', '\u001b]0;owned\u0007', 'a\u2028b', 'a\ud800', 'x'.repeat(201)].map(
    (label): Case => [
      `a label ${JSON.stringify(label)}`,
      'INVALID_INPUT',
      allow({ cidr: '198.51.100.9', label }),
      /label/,
    ],
  ),
  ['notes with a bell', 'INVALID_INPUT', create({ name: 'next', notes: '\u0007' }), /notes/],
  [
    'revoke what a wider entry covers',
    'ENTRY_COVERED',
    (client) => client.tenant.revoke({ name: 'acme', cidrs: ['203.0.113.8'] }),
  ],
  ...['nobody', '', '../acme', 'acme\n', '🐙', "'; drop table tenants; --"].flatMap((name): Case[] => [
    [`show ${JSON.stringify(name)}`, 'NOT_FOUND', (client) => client.tenant.show({ name })],
    [
      `allow ${JSON.stringify(name)}`,
      'NOT_FOUND',
      (client) => client.tenant.allow({ name, entries: [{ cidr: '198.51.100.9' }] }),
    ],
    [
      `revoke ${JSON.stringify(name)}`,
      'NOT_FOUND',
      (client) => client.tenant.revoke({ name, cidrs: ['203.0.113.7'] }),
    ],
    [
      `delete ${JSON.stringify(name)}`,
      'NOT_FOUND',
      async (client) => readWork(client.tenant.delete({ name, confirmed: true })),
    ],
    [`create on ${JSON.stringify(name)}`, 'NOT_FOUND', create({ name: 'next', host: name })],
    [`check ${JSON.stringify(name)}`, 'NOT_FOUND', (client) => client.host.check({ name })],
    [`forget ${JSON.stringify(name)}`, 'NOT_FOUND', (client) => client.host.remove({ name, forget: true })],
  ]),
  [
    'a delete that nobody confirmed',
    'CONFIRMATION_NEEDED',
    async (client) => readWork(client.tenant.delete({ name: 'acme', confirmed: false })),
  ],
  ...[
    [30_000, 40_000],
    [32_768, 32_768],
    [60_999, 65_535],
    [29_999, 20_000],
    [80, 1080],
    [60_000, 70_000],
    [20_000.5, 29_999],
  ].map(
    ([from = 0, to = 0]): Case => [
      `the ports ${from}-${to}`,
      'PORT_RANGE_INVALID',
      (client) => client.host.planPrepare({ name: 'web1', portRange: { from, to } }),
    ],
  ),
]

describeOnHosts('bad input', () => {
  let program: Pick<BuiltProgram, 'path'>
  let world: PanelHost
  let host: HostNamespace

  beforeAll(async () => {
    program = await buildCommandLine()
    world = await startPreparedPanelHost()
    host = world.host
    const entries = [{ cidr: '203.0.113.7' }, { cidr: '203.0.113.8' }, { cidr: '203.0.113.8/31' }]
    await createTenant(world.panel, { name: 'acme', allow: entries })
    await createTenant(world.panel, { name: 'caf\u00e9' })
    await createTenant(world.panel, { name: 'Straße' })
  })

  afterAll(() => world?.stop())

  const readWorld = async () => ({ store: await hashStore(world.panel), host: await readHostState(host) })
  let before: Awaited<ReturnType<typeof readWorld>>

  beforeEach(async () => {
    // A name that is not known here is looked for on the host, and what a look tells of its history is kept.
    await world.panel.client.tenant.list({})
    await world.panel.context.services.background.idle(5_000)
    before = await readWorld()
  })

  it('is refused by the router with a sentence, and changes nothing anywhere', async () => {
    for (const [what, code, call, said = /./] of refusedByRouter) {
      const found = await problemOf(call(world.panel.client)).catch((error: unknown) => ({
        code: String(error),
        message: '',
        advice: '',
      }))
      expect({ what, code: found.code }).toEqual({ what, code })
      const sentence = `${found.message} ${found.advice}`
      expect(sentence, what).toMatch(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e]{20,600}$/u)
      expect(sentence, what).toMatch(said)
      expect({ what, store: await hashStore(world.panel) }).toEqual({ what, store: before.store })
    }
    expect(await readWorld()).toEqual(before)
  })

  it('a revoke of what is nowhere, for which the host is asked, is in the log and changes nothing else', async () => {
    const { tenant, activity } = world.panel.client
    const problem = await problemOf(tenant.revoke({ name: 'acme', cidrs: ['198.51.100.9'] }))
    expect(problem).toMatchObject({ code: 'ENTRY_ABSENT', message: expect.stringContaining('198.51.100.9') })
    expect(await readHostState(host)).toEqual(before.host)
    expect(await activity.list({ tenant: 'acme' })).toMatchObject([
      { kind: 'tenant revoke', outcome: 'undone' },
      { kind: 'tenant create' },
    ])
    expect((await tenant.show({ name: 'acme' })).pending).toEqual([])
  })

  it('is refused by the host where only that can know: ports that leave a tenant out', async () => {
    const choices = { name: 'web1', portRange: { from: 21_000, to: 22_000 } }
    const { fingerprint } = await world.panel.client.host.planPrepare(choices)
    const input = { ...choices, fingerprint, confirmed: false }
    const found = await problemOf(readWork(world.panel.client.host.prepare(input)))
    expect(found).toMatchObject({ code: 'PORT_RANGE_INVALID', message: expect.stringContaining('tenant') })
    expect(await readHostState(host)).toEqual(before.host)
    expect(await world.panel.client.host.list()).toMatchObject([{ portRange: { from: 20_000, to: 29_999 } }])
  })

  it('is refused by the command line with status 1 or 2 and one line, and changes nothing anywhere', {
    timeout: 400_000,
  }, async () => {
    await world.reopen(async () => {
      // Closing saves the file whole: the same rows as before in other bytes.
      const closed = await hashStore(world.panel)
      const run = (args: readonly string[]) =>
        execa(process.execPath, [...briefly, program.path, ...args], {
          input: '',
          reject: false,
          extendEnv: false,
          env: {
            PATH: process.env['PATH'] ?? '',
            HOME: world.panel.dataDir,
            MEMHARBOR_DATA: world.panel.dataDir,
          },
        })
      const cases: readonly (readonly [number, RegExp, ...string[]])[] = [
        [1, /^INVALID_INPUT: .*name/, 'tenant', 'create', 'ac\'me";\nreboot'],
        [1, /^INVALID_INPUT: .*name/, 'tenant', 'create', 'x'.repeat(300)],
        [2, /^error: unknown option/, 'tenant', 'create', '-x'],
        [1, /^NAME_TAKEN: /, 'tenant', 'create', 'cafe\u0301'],
        [1, /^INVALID_INPUT: memory/, 'tenant', 'create', 'next', '--memory', '1e9'],
        [2, /not a number/, 'tenant', 'create', 'next', '--memory', 'NaN'],
        [1, /^ADDRESS_INVALID: /, 'tenant', 'create', 'next', '--allow', '0.0.0.0/0'],
        [1, /^ADDRESS_INVALID: /, 'tenant', 'allow', 'acme', '198.51.100.1', '010.1.2.3'],
        [1, /^INVALID_INPUT: label/, 'tenant', 'allow', 'acme', '198.51.100.1=\u001b[2J'],
        [1, /^NOT_FOUND: /, 'tenant', 'delete', 'nobody', '--yes'],
        [1, /^CONFIRMATION_NEEDED: /, 'tenant', 'delete', 'acme'],
        [1, /^PORT_RANGE_INVALID: .*32768-60999/, 'host', 'prepare', 'web1', '--range', '30000-40000'],
        [1, /^SUPERNET_INVALID: .*8\.8\.0\.0\/16/, 'host', 'prepare', 'web1', '--supernet', '8.8.0.0/16'],
      ]
      for (const [status, said, ...args] of cases) {
        const { exitCode, stdout, stderr } = await run(args)
        // The loss is written first; the last line is the failure.
        const lines = stderr.trimEnd().split('\n')
        const failure = status === 1 ? lines.slice(-1) : lines
        expect({ args, exitCode, stdout, failure: failure.join('\n') }).toEqual({
          args,
          exitCode: status,
          stdout: '',
          failure: expect.stringMatching(said),
        })
        expect(lines.join(''), args.join(' ')).toMatch(/^\P{Cc}+$/u)
      }
      expect(await hashStore(world.panel)).toBe(closed)
    })
    expect(await readHostState(host)).toEqual(before.host)
  })

  it('is not what only looks bad: __proto__ and its like are names', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const entry = { cidr: '203.0.113.7', label: '__proto__' }
      const made = await createTenant(world.panel, { name, allow: [entry] })
      expect(await world.panel.client.tenant.show({ name })).toMatchObject({
        ...{ name, state: 'running', port: made.port },
        allow: [{ cidr: '203.0.113.7/32', label: '__proto__' }],
      })
      const sets = (await host.exec(['ipset', 'save', 'mh4'])).stdout
      expect(sets).toContain(`add mh4 203.0.113.7,tcp:${made.port}\n`)
      expect((await problemOf(createNamed(name.toUpperCase())(world.panel.client))).code).toBe('NAME_TAKEN')
      await readWork(world.panel.client.tenant.delete({ name, confirmed: true }))
    }
    const names = (await world.panel.client.tenant.list({})).map((tenant) => tenant.name)
    expect(names.sort()).toEqual(['Straße', 'acme', 'caf\u00e9'])
    const { sets, containers, filter, networks } = await readHostState(host)
    expect({ sets, containers, filter, networks }).toEqual({
      ...{ sets: before.host['sets'], containers: before.host['containers'] },
      ...{ filter: before.host['filter'], networks: before.host['networks'] },
    })
  })
})
