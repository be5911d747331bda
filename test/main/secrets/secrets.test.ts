import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder } from '../folder.ts'
import { type BuiltProgram, buildProgram } from '../program.ts'

let program: BuiltProgram
beforeAll(async () => {
  program = await buildProgram(new URL('secrets-program.ts', import.meta.url).pathname)
})
afterAll(() => program.remove())

const canRun = (command: string): boolean => spawnSync(command, ['--version']).status === 0
const hasKeyring = canRun('dbus-run-session') && canRun('gnome-keyring-daemon') && hasPackage('keytar')

function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

/** Runs a shell script with the program's command line as its arguments, in a session bus of its own. */
async function inSession(script: string, args: string[]): Promise<Record<string, unknown>> {
  const home = await makeFolder()
  const env = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, DISPLAY: '', WAYLAND_DISPLAY: '' }
  const command = [process.execPath, program.path, ...args]
  const { stdout } = await execa('dbus-run-session', ['--', 'sh', '-ec', script, 'sh', ...command], { env })
  return JSON.parse(stdout)
}

const unlock = `
printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
keeper() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
    org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n 's/.*uint32 //p'
}
until KEEPER=$(keeper 2>/dev/null) && test -n "$KEEPER"; do sleep 0.05; done
`

test.skipIf(!hasKeyring).each(['process', 'here'])(
  'a keyring keeps secrets beyond the program (needs dbus, gnome-keyring, keytar; %s)',
  async (how) => {
    const seen = await inSession(`${unlock} "$@"; kill "$KEEPER"`, [how])
    expect(seen).toMatchObject({
      before: null,
      kept: true,
      keptBeyond: true,
      after: null,
      where: { kind: 'keyring' },
    })
  },
)

test.skipIf(!hasKeyring)(
  'nothing of the probe stays in the keyring (needs dbus, gnome-keyring, keytar)',
  async () => {
    const list = `require('${createRequire(import.meta.url).resolve('keytar')}').findCredentials('memharbor')`
    const print = `${list}.then((found) => process.stdout.write(JSON.stringify({ found })))`
    const seen = await inSession(`${unlock} "$@" >/dev/null; "$1" -e "${print}"; kill "$KEEPER"`, ['process'])
    expect(seen).toEqual({ found: [] })
  },
)

test.skipIf(!hasKeyring)(
  'a keyring that hangs is given up and does not hold the program (needs dbus, gnome-keyring, keytar)',
  async () => {
    const script = `${unlock} kill -STOP "$KEEPER"; "$@"; kill -KILL "$KEEPER"`
    const started = performance.now()
    const seen = await inSession(script, ['process', '1000'])
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(seen).toMatchObject({
      kept: true,
      keptBeyond: false,
      after: null,
      where: { kind: 'nowhere', sentence: expect.stringContaining('did not answer within 1 s') },
    })
  },
)

test('without a keyring secrets live as long as the program', async () => {
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', DISPLAY: '', HOME: await makeFolder() }
  const { stdout, stderr } = await execa(process.execPath, [program.path, 'process'], { env })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toMatchObject({
    before: null,
    kept: true,
    keptBeyond: false,
    after: null,
    where: { kind: 'nowhere', sentence: expect.stringMatching(/^Not remembered after this program ends: /) },
  })
})
