import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { ProblemError } from '../../../src/domain/problem-error.ts'
import type { KeytarCaller } from '../../../src/main/adapters/secrets/keytar-calls.ts'
import { openSecrets, type Secrets } from '../../../src/main/adapters/secrets/secrets.ts'
import type { DesktopCipher } from '../../../src/main/adapters/secrets/vault.ts'
import { makeFolder } from '../folder.ts'

const log = pino({ level: 'silent' })
const noKeyring: KeytarCaller = async () => ({ kind: 'failed', reason: 'there is no keyring' })
const account = 'passphrase:/home/ada/.ssh/id_ed25519'
const secret = 'päss "word"'

const open = (folder: string, desktop?: DesktopCipher): Promise<Secrets> =>
  openSecrets({ log, folder, desktop, call: noKeyring })

const codeOf = async (work: Promise<unknown>): Promise<[string, string]> => {
  try {
    await work
  } catch (error) {
    if (error instanceof ProblemError) return [error.problem.code, error.message]
    throw error
  }
  return ['', '']
}

/** A password store of a desktop, with a key of its own. Electron's real one is tried where Electron runs. */
const makeDesktop = (backend = 'gnome_libsecret'): DesktopCipher => {
  const key = randomBytes(32)
  return {
    isAvailable: async () => true,
    backend: () => backend,
    async encrypt(text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), data])
    },
    async decrypt(bytes) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}

it('nothing is written until the operator has chosen', async () => {
  const folder = await makeFolder()
  const secrets = await open(folder)
  expect(await secrets.place()).toEqual({
    ...{ kind: 'nowhere', needs: 'choice' },
    sentence: 'Not remembered after this program ends: there is no keyring.',
  })
  expect(await secrets.set(account, secret)).toBe('nowhere')
  expect(await secrets.get(account)).toBe(secret)
  expect(await readdir(folder)).toEqual([])
})

it('a passphrase keeps what was remembered, for its owner only and unreadable; the next program asks for it', async () => {
  const folder = await makeFolder()
  const first = await open(folder)
  await first.set(account, secret)
  expect(await first.choose({ kind: 'passphrase', passphrase: 'correct horse' })).toMatchObject({
    ...{ kind: 'passphrase', needs: 'nothing' },
  })
  expect(await first.set('passphrase:other', 'two')).toBe('passphrase')
  const path = join(folder, 'secrets.json')
  expect(await readdir(folder)).toEqual(['secrets.json'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const text = await readFile(path, 'utf8')
  for (const word of ['ada', 'päss', 'other', 'horse', 'two']) expect(text).not.toContain(word)

  const second = await open(folder)
  expect(await second.place()).toMatchObject({ kind: 'passphrase', needs: 'passphrase' })
  expect(await second.get(account)).toBeUndefined()
  expect(await codeOf(second.unlock('wrong horse'))).toEqual([
    'SECRETS_LOCKED',
    expect.stringContaining('does not fit'),
  ])
  expect(await second.get(account)).toBeUndefined()
  expect(await second.set('passphrase:third', 'three')).toBe('nowhere')
  expect(await codeOf(second.choose({ kind: 'passphrase', passphrase: 'mine' }))).toMatchObject([
    'SECRETS_LOCKED',
    {},
  ])
  expect(await second.unlock('correct horse')).toMatchObject({ kind: 'passphrase', needs: 'nothing' })
  expect(await second.get(account)).toBe(secret)
  await second.delete('passphrase:other')

  const third = await open(folder)
  await third.unlock('correct horse')
  expect(await third.get('passphrase:other')).toBeUndefined()
  expect(await third.get('passphrase:third')).toBe('three')
  await third.choose({ kind: 'passphrase', passphrase: 'battery' })
  const fourth = await open(folder)
  expect(await codeOf(fourth.unlock('correct horse'))).toMatchObject(['SECRETS_LOCKED', {}])
  await fourth.unlock('battery')
  expect(await fourth.get(account)).toBe(secret)
})

it('to remember nothing is kept in mind, and forgets what a passphrase kept', async () => {
  const folder = await makeFolder()
  const first = await open(folder)
  await first.set(account, secret)
  await first.choose({ kind: 'passphrase', passphrase: 'correct horse' })
  const second = await open(folder)
  expect(await second.choose({ kind: 'nowhere' })).toMatchObject({ kind: 'nowhere', needs: 'nothing' })
  const third = await open(folder)
  expect(await third.place()).toEqual({
    ...{ kind: 'nowhere', needs: 'nothing' },
    sentence: 'Not remembered after this program ends, as chosen.',
  })
  expect(await codeOf(third.unlock('correct horse'))).toMatchObject(['SECRETS_LOCKED', {}])
  expect(await readFile(join(folder, 'secrets.json'), 'utf8')).not.toContain('salt')
})

it('a file that was changed is told, and kept beside', async () => {
  const folder = await makeFolder()
  const path = join(folder, 'secrets.json')
  const first = await open(folder)
  await first.choose({ kind: 'passphrase', passphrase: 'correct horse' })
  await first.set(account, secret)
  const content = JSON.parse(await readFile(path, 'utf8'))
  const tag = `A${content.passphrase.tag.slice(1)}`
  const changed = { ...content.passphrase, tag: tag === content.passphrase.tag ? `B${tag.slice(1)}` : tag }
  await writeFile(path, JSON.stringify({ ...content, passphrase: changed }))
  const second = await open(folder)
  expect(await codeOf(second.unlock('correct horse'))).toEqual([
    'SECRETS_LOCKED',
    expect.stringContaining('secrets.json is damaged, or something else changed it'),
  ])
  await writeFile(path, '{"v":1,"choice":"passphrase"')
  const third = await open(folder)
  const { sentence, needs } = await third.place()
  expect(needs).toBe('choice')
  expect(sentence).toMatch(/secrets\.json was damaged or changed; it is kept as .*secrets\.json\.damaged-/)
  await third.choose({ kind: 'nowhere' })
  expect((await readdir(folder)).sort()).toEqual([
    'secrets.json',
    expect.stringMatching(/^secrets\.json\.damaged-/),
  ])
})

it.skipIf(process.getuid?.() === 0)('a file that cannot be read is not replaced', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'secrets.json'), 'x')
  await chmod(join(folder, 'secrets.json'), 0)
  const secrets = await open(folder)
  expect(await codeOf(secrets.choose({ kind: 'nowhere' }))).toMatchObject(['STORE_UNUSABLE', {}])
})

it("the desktop's password store keeps secrets without being asked", async () => {
  const folder = await makeFolder()
  const desktop = makeDesktop()
  const first = await open(folder, desktop)
  expect(await first.place()).toMatchObject({ kind: 'desktop', needs: 'nothing' })
  expect(await first.set(account, secret)).toBe('desktop')
  expect(await readFile(join(folder, 'secrets.json'), 'utf8')).not.toContain('ada')
  const second = await open(folder, desktop)
  expect(await second.get(account)).toBe(secret)
  expect(await codeOf(second.choose({ kind: 'nowhere' }))).toMatchObject(['INVALID_INPUT', {}])
  // With another key, as after a new installation, the secret is gone and asked for again.
  const other = await open(folder, makeDesktop())
  expect(await other.get(account)).toBeUndefined()
  expect(await other.set(account, 'again')).toBe('desktop')
})

it.each<[string, Partial<DesktopCipher>]>([
  ['keeps its key in the open', { backend: () => 'basic_text' }],
  ['is not known yet', { backend: () => 'unknown' }],
  ['is not available', { isAvailable: async () => false }],
  ['fails', { encrypt: () => Promise.reject(new Error('locked')) }],
  ['gives back something else', { decrypt: async () => 'other' }],
])('a password store that %s is not used', async (_what, fault) => {
  const secrets = await open(await makeFolder(), { ...makeDesktop(), ...fault })
  expect(await secrets.place()).toMatchObject({ kind: 'nowhere', needs: 'choice' })
})

it('a keyring that stops working is left for the next place', async () => {
  const folder = await makeFolder()
  const kept = new Map<string, string>()
  let works = true
  const keyring: KeytarCaller = async (calls) => {
    if (!works) return { kind: 'failed', reason: 'it was closed' }
    const answers = calls.map((call) => {
      if (call[0] === 'setPassword') kept.set(call[1], call[2])
      return call[0] === 'getPassword' ? (kept.get(call[1]) ?? null) : null
    })
    return { kind: 'answered', answers }
  }
  const secrets = await openSecrets({ log, folder, desktop: makeDesktop(), call: keyring })
  expect(await secrets.set(account, secret)).toBe('keyring')
  works = false
  expect(await secrets.set(account, secret)).toBe('desktop')
  expect(await secrets.place()).toMatchObject({ kind: 'desktop' })
})
