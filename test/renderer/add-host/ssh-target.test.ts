import { describe, expect, test } from 'vitest'
import {
  emptySshFields,
  parseSshFields,
  type SshFields,
} from '../../../src/renderer/features/add-host/ssh-target.ts'

const parse = (fields: Partial<SshFields>) => parseSshFields({ ...emptySshFields, ...fields })

describe('the fields of a server', () => {
  test.each<[string, object]>([
    ['web-1', { address: 'web-1' }],
    ['deploy@203.0.113.10', { address: '203.0.113.10', user: 'deploy' }],
    ['deploy@203.0.113.10:2222', { address: '203.0.113.10', user: 'deploy', port: 2222 }],
    ['2001:db8::1', { address: '2001:db8::1' }],
    ['root@[2001:db8::1]:2222', { address: '2001:db8::1', user: 'root', port: 2222 }],
    ['ada@corp@bastion', { address: 'bastion', user: 'ada@corp' }],
    ['  web-1  ', { address: 'web-1' }],
  ])('%s', (address, target) => {
    expect(parse({ address })).toMatchObject({ kind: 'ok', target: { kind: 'ssh', ...target } })
  })

  test('what has a field of its own counts before the address', () => {
    expect(parse({ address: 'a@web:22', user: 'b', port: '2200', name: 'shop' })).toEqual({
      kind: 'ok',
      name: 'shop',
      target: { kind: 'ssh', address: 'web', user: 'b', port: 2200 },
    })
  })

  test.each<[Partial<SshFields>, keyof SshFields]>([
    [{ address: '' }, 'address'],
    [{ address: 'two words' }, 'address'],
    [{ address: 'web', port: '0' }, 'port'],
    [{ address: 'web', port: '65536' }, 'port'],
    [{ address: 'web', port: '22x' }, 'port'],
    [{ address: 'web:ssh' }, 'port'],
  ])('%j is told at its field', (fields, field) => {
    const parsed = parse(fields)
    expect(parsed.kind === 'bad' && Object.keys(parsed.problems)).toEqual([field])
  })
})
