import { chmod, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltProgram, buildProgram } from '../main/program.ts'
import { type Display, openDisplay } from './display.ts'
import { findElectron, prepareRuntime, type Runtime } from './electron-runtime.ts'
import { openPlainUser, type PlainUser } from './plain-user.ts'

const executable = findElectron()
const missing = findMissing()

function findMissing(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (executable === undefined) return 'no Electron here; ELECTRON_OVERRIDE_DIST_PATH can name one'
  const needed = ['Xvfb', 'dbus-run-session', 'gnome-keyring-daemon']
  const absent = needed.find((name) => execaSync(name, ['--version'], { reject: false }).code === 'ENOENT')
  return absent === undefined ? undefined : `${absent} is not installed`
}

/** A message bus with an open keyring, as a desktop's login makes it, for the program that is given. */
const inDesktop = `
printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
keeper() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
    org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n 's/.*uint32 //p'
}
until KEEPER=$(keeper 2>/dev/null) && test -n "$KEEPER"; do sleep 0.05; done
"$@"
kill "$KEEPER"
`

describe.skipIf(missing !== undefined)(
  `the desktop's password store${missing === undefined ? '' : ` (left out: ${missing})`}`,
  () => {
    let user: PlainUser
    let display: Display
    let program: BuiltProgram
    let runtime: Runtime

    beforeAll(async () => {
      user = await openPlainUser()
      display = await openDisplay()
      program = await buildProgram(new URL('desktop-cipher-app.ts', import.meta.url).pathname)
      const folder = dirname(program.path)
      await chmod(folder, 0o755)
      await writeFile(join(folder, 'package.json'), '{"name":"cipher","type":"module","main":"program.mjs"}')
      runtime = await prepareRuntime(executable ?? '', folder)
    })
    afterAll(async () => {
      await runtime?.remove()
      await program?.remove()
      await display?.close()
      await user?.remove()
    })

    const look = async (wrap: readonly string[], store: string) => {
      const command = [...wrap, runtime.executable, ...runtime.args, `--password-store=${store}`]
      const [file = '', ...words] = command
      const env = { ...user.env, DISPLAY: display.name, XDG_RUNTIME_DIR: user.home, XDG_DATA_HOME: user.home }
      await execa(...user.as(file, words), { env, extendEnv: false, cwd: user.home, timeout: 45_000 })
      return JSON.parse(await readFile(join(user.home, 'seen.json'), 'utf8'))
    }

    it('keeps secrets beyond the program', async () => {
      const desktop = ['dbus-run-session', '--', 'sh', '-ec', inDesktop, 'sh']
      expect(await look(desktop, 'gnome-libsecret')).toMatchObject({
        ...{ backend: 'gnome_libsecret', before: null, kept: 'desktop', again: 'päss "word"' },
        place: { kind: 'desktop', needs: 'nothing' },
      })
      const text = await readFile(join(user.home, 'secrets.json'), 'utf8')
      expect(JSON.parse(text)).toMatchObject({ choice: null, passphrase: null, desktop: expect.any(String) })
      expect(Buffer.from(JSON.parse(text).desktop, 'base64').toString('latin1')).not.toContain('id_ed25519')
    })

    it('is refused where its key would lie open', async () => {
      expect(await look([], 'basic')).toMatchObject({
        ...{ backend: 'basic_text', before: null, kept: 'nowhere', again: null },
        place: { kind: 'nowhere', needs: 'choice' },
      })
    })
  },
)
