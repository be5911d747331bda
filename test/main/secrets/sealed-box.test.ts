import { expect, it } from 'vitest'
import {
  makeBoxKey,
  openBox,
  sealBox,
  sealedBoxSchema,
} from '../../../src/main/adapters/secrets/sealed-box.ts'

const text = '[["passphrase:/home/ada/.ssh/id","päss \\u0000 🗝"]]'
const open = (box: unknown, passphrase: string) => openBox(sealedBoxSchema.parse(box), passphrase)

it('opens with its passphrase only, however the letters were typed', async () => {
  const key = await makeBoxKey('pässwort')
  const box = sealBox(key, text)
  expect(JSON.stringify(box)).not.toContain('ada')
  expect(await open(box, 'pa\u0308sswort')).toMatchObject({ kind: 'opened', text })
  expect(await open(box, 'passwort')).toEqual({ kind: 'wrong-passphrase' })
  expect(await open(box, '')).toEqual({ kind: 'wrong-passphrase' })
})

it('is another one each time, under another salt for each passphrase', async () => {
  const [one, two] = [await makeBoxKey('same'), await makeBoxKey('same')]
  expect(one.salt.equals(two.salt)).toBe(false)
  expect(one.key.equals(two.key)).toBe(false)
  expect(sealBox(one, text).iv).not.toBe(sealBox(one, text).iv)
  expect(sealBox(one, text).data).not.toBe(sealBox(one, text).data)
})

it('does not open when one bit of it was changed', async () => {
  const box = sealBox(await makeBoxKey('correct horse'), text)
  const expected = {
    ...{ salt: 'wrong-passphrase', check: 'wrong-passphrase' },
    ...{ iv: 'damaged', tag: 'damaged', data: 'damaged' },
  }
  for (const [part, kind] of Object.entries(expected) as [keyof typeof expected, string][]) {
    const bytes = Buffer.from(box[part], 'base64')
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0)
    const opened = await open({ ...box, [part]: bytes.toString('base64') }, 'correct horse')
    expect([part, opened.kind]).toEqual([part, kind])
  }
})

it.each([
  ['salt', 'AAAA'],
  ['tag', 'AAAA'],
  ['iv', ''],
  ['data', '?'],
])('a %s of %j is no box', async (part, value) => {
  const box = sealBox(await makeBoxKey('x'), '')
  expect(sealedBoxSchema.safeParse(box).success).toBe(true)
  expect(sealedBoxSchema.safeParse({ ...box, [part]: value }).success).toBe(false)
})
