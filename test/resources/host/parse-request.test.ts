import { readdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allow, close, configure, placed, put, remove, reserve, wanted } from './requests.ts'

const folder = new URL('.', import.meta.url).pathname
const helper = new URL('../../../resources/host/memharbor-host', import.meta.url).pathname

/** The helper's reading of each line. */
async function parse(lines: readonly (string | Buffer)[]): Promise<unknown[]> {
  const input = Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from('\n')])))
  const argv = ['-IS', `${folder}parse-requests.py`, helper]
  const { stdout } = await execa('/usr/bin/python3', argv, { input })
  return stdout.split('\n').map((line): unknown => JSON.parse(line))
}

const line = (value: unknown): string => JSON.stringify(value)
const refused = (field: string) => ({ code: 'field', field })
const withAllow = (...cidrs: string[]): string => line(put(1, placed('acme0001', { allow: allow(...cidrs) })))
const withTenant = (values: Record<string, unknown>): string => line(put(1, placed('acme0001', values)))
const reserving = (values: Record<string, unknown>): string =>
  line(reserve('acme0001', { tenant: wanted('acme0001', values) }))

const accepted: readonly (readonly [string, string])[] = [
  ['hello', line({ v: 1, op: 'hello' })],
  ['hello', line({ v: 1, op: 'hello', operator: 'ann.lee' })],
  ['observe', line({ v: 1, op: 'observe' })],
  ['observe', line({ v: 1, op: 'observe', brief: true })],
  ['records', line({ v: 1, op: 'records', tenantId: 'acme0001' })],
  ['records', line({ v: 1, op: 'records', known: { revision: 7, history: 'a'.repeat(64) } })],
  ['configure', line(configure())],
  ['reserve', line(reserve())],
  ['reserve', reserving({ name: 'thisis@cs50.com', notes: 'first line\nsecond line' })],
  ['put', withTenant({})],
  ['put', withAllow('203.0.113.7/32', '203.0.113.0/25', '2001:db8::/32', '2001:db8::1/128')],
  ['put', withAllow('0.0.0.0/0', '::/0')],
  ['remove', line(remove('acme0001'))],
  ['remove', line(remove('acme0001', { port: 'free' }))],
  ['put', line(put(1, placed(), { port: 'free' }))],
  ['close', line(close('acme0001', null))],
  ['close', line(close('acme0001', ['203.0.113.7/32', '0.0.0.0/0', '::/0'], { asOf: 7 }))],
  ['reserve', reserving({ createdAt: '2026-11-20T08:00:00.123456Z' })],
  ['configure', line(configure({ supernet: '10.0.0.0/8' }))],
  ['configure', line(configure({ supernet: '172.16.0.0/12' }))],
  ['configure', line(configure({ supernet: '192.168.252.0/22' }))],
  ['dismiss', line({ v: 1, op: 'dismiss', operationId: 'operation-1', operator: 'ALL' })],
  ['restore', line({ v: 1, op: 'restore' })],
  ['teardown', line({ v: 1, op: 'teardown' })],
  ['denied', line({ v: 1, op: 'denied', tenantId: null })],
  ['listeners', line({ v: 1, op: 'listeners' })],
  ['listeners', line({ v: 1, op: 'listeners', deep: true })],
  ['clients', line({ v: 1, op: 'clients', tenantIds: ['acme0001'], idle: true })],
  ['disconnect', line({ v: 1, op: 'disconnect', tenantId: 'acme0001', address: '2001:db8::1', port: 1 })],
]

const refusals: readonly (readonly [string, string | Buffer, object])[] = [
  ['nothing', '', { code: 'json', field: null }],
  ['no JSON', '{', { code: 'json', field: null }],
  ['a list', '[]', { code: 'json', field: null }],
  ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), { code: 'json', field: null }],
  ['a key twice', '{"v":1,"op":"hello","op":"teardown"}', { code: 'json', field: null }],
  ['NaN', '{"v":NaN,"op":"hello"}', { code: 'json', field: null }],
  ['a number of a thousand digits', `{"v":${'1'.repeat(1000)},"op":"hello"}`, { code: 'json', field: null }],
  ['brackets a hundred thousand deep', '['.repeat(100_000), { code: 'json', field: null }],
  ['a line over 1 MiB', ' '.repeat(1 << 20), { code: 'line', field: null }],
  ['no version', line({ op: 'hello' }), { code: 'version', field: null }],
  [
    'a digest too short',
    line({ v: 1, op: 'records', known: { revision: 7, history: 'a' } }),
    refused('known.history'),
  ],
  ['version 0', line({ v: 0, op: 'hello' }), { code: 'version', field: null }],
  ['another version', line({ v: 2, op: 'hello' }), { code: 'version', field: null }],
  ['true as a version', line({ v: true, op: 'hello' }), { code: 'version', field: null }],
  ['no op', line({ v: 1 }), { code: 'op', field: null }],
  ['an unknown op', line({ v: 1, op: 'exec' }), { code: 'op', field: null }],
  ['a list as op', line({ v: 1, op: ['hello'] }), { code: 'op', field: null }],
  ['an unknown key', line({ v: 1, op: 'observe', path: '/etc/shadow' }), refused('path')],
  ['an unknown key inside', withTenant({ pid: 1 }), refused('tenant.pid')],
  ['a missing key', line({ v: 1, op: 'remove', tenantId: 'acme0001' }), refused('operationId')],
  ['an operator with a comma', line(configure({ operator: 'a,b' })), refused('operator')],
  ['an operator with a newline', line(configure({ operator: 'a\nALL' })), refused('operator')],
  ['an operator that is everybody to sudo', line(configure({ operator: 'ALL' })), refused('operator')],
  ['an operator that is an alias to sudo', line(configure({ operator: 'WEB_2' })), refused('operator')],
  ['an operator that is a rule', line(configure({ operator: 'ALL=(ALL)' })), refused('operator')],
  ['a range as a list', line(configure({ range: [20000, 29999] })), refused('range')],
  ['a port beyond 65535', line(configure({ range: { from: 1, to: 65536 } })), refused('range.to')],
  ['a supernet that is public', line(configure({ supernet: '8.0.0.0/16' })), refused('supernet')],
  ['a supernet of this host itself', line(configure({ supernet: '127.0.0.0/8' })), refused('supernet')],
  ['a supernet of no network', line(configure({ supernet: '0.0.0.0/8' })), refused('supernet')],
  ['a supernet of multicast', line(configure({ supernet: '224.0.0.0/8' })), refused('supernet')],
  ['a supernet of one link', line(configure({ supernet: '169.254.0.0/16' })), refused('supernet')],
  ['a supernet for documents', line(configure({ supernet: '198.18.0.0/15' })), refused('supernet')],
  ['a supernet half private', line(configure({ supernet: '192.168.0.0/15' })), refused('supernet')],
  ['a supernet too small', line(configure({ supernet: '10.0.0.0/24' })), refused('supernet')],
  ['a supernet of IPv6', line(configure({ supernet: 'fd00::/16' })), refused('supernet')],
  ['a supernet with options', line(configure({ supernet: '10.0.0.0/16 -j ACCEPT' })), refused('supernet')],
  ['a negative number', line(configure({ reservedMb: -1 })), refused('reservedMb')],
  ['a fraction', line(configure({ reservedMb: 1.5 })), refused('reservedMb')],
  ['true as a number', reserving({ memoryMb: true }), refused('tenant.memoryMb')],
  ['text as a number', reserving({ memoryMb: '64' }), refused('tenant.memoryMb')],
  ['an id with a slash', reserving({ id: '../../etc' }), refused('tenant.id')],
  ['an id with a newline at its end', reserving({ id: 'acme0001\n' }), refused('tenant.id')],
  ['an id in capitals', reserving({ id: 'ACME0001' }), refused('tenant.id')],
  ['an empty name', reserving({ name: '' }), refused('tenant.name')],
  ['a name of 65', reserving({ name: 'x'.repeat(65) }), refused('tenant.name')],
  ['a name with a newline', reserving({ name: 'a\nb' }), refused('tenant.name')],
  ['half a character', '{"v":1,"op":"hello","operator":"\\ud800"}', refused('operator')],
  ['notes with a bell', reserving({ notes: '\u0007' }), refused('tenant.notes')],
  ['a time without zone', reserving({ createdAt: '2026-11-20T08:00:00' }), refused('tenant.createdAt')],
  ['the 31st of February', reserving({ createdAt: '2026-02-31T08:00:00Z' }), refused('tenant.createdAt')],
  ['the 31st of February', withTenant({ createdAt: '2026-02-31T08:00:00Z' }), refused('tenant.createdAt')],
  ['the 25th hour', reserving({ createdAt: '2026-02-01T24:00:00Z' }), refused('tenant.createdAt')],
  ['a port below 1024', line(reserve('acme0001', { port: 80 })), refused('port')],
  ['host bits', withAllow('203.0.113.77/25'), refused('tenant.allow[0].cidr')],
  ['an address without length', withAllow('203.0.113.7'), refused('tenant.allow[0].cidr')],
  ['leading zeros', withAllow('203.0.113.007/32'), refused('tenant.allow[0].cidr')],
  ['IPv6 not shortened', withAllow('2001:0db8::/32'), refused('tenant.allow[0].cidr')],
  ['IPv6 in capitals', withAllow('2001:DB8::/32'), refused('tenant.allow[0].cidr')],
  ['IPv4 as IPv6', withAllow('::ffff:203.0.113.7/128'), refused('tenant.allow[0].cidr')],
  ['a netmask', withAllow('203.0.113.0/255.255.255.0'), refused('tenant.allow[0].cidr')],
  ['a zone', withAllow('fe80::1%eth0/128'), refused('tenant.allow[0].cidr')],
  ['a command in a zone', withAllow('fe80::1%\nflush mh4/128'), refused('tenant.allow[0].cidr')],
  ['a second command', withAllow('203.0.113.7/32\nflush mh4'), refused('tenant.allow[0].cidr')],
  ['a number as a network', withTenant({ allow: [{ cidr: 1, label: '' }] }), refused('tenant.allow[0].cidr')],
  ['a network twice', withAllow('203.0.113.7/32', '203.0.113.7/32'), refused('tenant.allow')],
  [
    '1,001 entries',
    withAllow(...Array.from({ length: 1001 }, (_, i) => `10.0.${i >> 8}.${i & 255}/32`)),
    refused('tenant.allow'),
  ],
  ['a closing of host bits', line(close('acme0001', ['203.0.113.77/25'])), refused('cidrs[0]')],
  ['a closing of a word', line(close('acme0001', ['*'])), refused('cidrs[0]')],
  ['a closing of nobody', line(close('', null)), refused('tenantId')],
  ['a closing as of a time', line(close('acme0001', null, { asOf: 'now' })), refused('asOf')],
  ['open as a number', withTenant({ open: 1 }), refused('tenant.open')],
  ['another word for the port', line(remove('acme0001', { port: 'now' })), refused('port')],
]

describe('the helper parses requests', () => {
  it('is plain ASCII like all that is installed, so that no locale of a host can change it', async () => {
    for (const name of await readdir(dirname(helper))) {
      expect(await readFile(`${dirname(helper)}/${name}`, 'latin1'), name).toMatch(/^[\t\n -~]*$/)
    }
  })

  it('accepts every operation', async () => {
    const parsed = await parse(accepted.map(([, text]) => text))
    expect(parsed).toEqual(accepted.map(([op]) => ({ op })))
  })

  it('refuses the rest and names the field', async () => {
    const parsed = await parse(refusals.map(([, text]) => text))
    const seen = refusals.map(([name], index) => [name, parsed[index]])
    expect(seen).toEqual(refusals.map(([name, , refusal]) => [name, refusal]))
  })

  it('has an answer for anything', async () => {
    const value = fc.jsonValue()
    const almost = fc
      .tuple(fc.constantFrom(...accepted.map(([, text]) => text)), fc.nat(), fc.string())
      .map(
        ([text, at, other]) =>
          `${text.slice(0, at % text.length)}${other}${text.slice((at + 1) % text.length)}`,
      )
    const request = fc
      .tuple(fc.constantFrom(...accepted.map(([, text]) => text)), fc.nat(), value)
      .map(([text, at, other]) => {
        const object = JSON.parse(text) as Record<string, unknown>
        const keys = Object.keys(object)
        return JSON.stringify({ ...object, [keys[at % keys.length] ?? '']: other })
      })
    const any = fc.oneof(
      almost,
      request,
      value.map((one) => JSON.stringify(one)),
    )
    const lines = fc.sample(any, 2000).map((text) => text.replaceAll(/[\n\r]/g, ' '))
    expect(await parse(lines)).toHaveLength(lines.length)
  })
})
