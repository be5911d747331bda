import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { exchange } from '../../../../src/main/adapters/memcached/exchange.ts'

it('a cache whose words a parser fails at is told to who asked, and ends nothing else', async () => {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const { signal } = new AbortController()
  const asked = exchange(
    stream,
    'version',
    64,
    () => {
      throw new RangeError('too many digits')
    },
    signal,
  )
  expect(() => stream.emit('data', Buffer.from('VERSION 1.6.18\r\n'))).not.toThrow()
  await expect(asked).rejects.toThrow('too many digits')
  expect(stream.destroyed).toBe(true)
})
