import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { PlainUser } from '../plain-user.ts'

/** The session of a desktop's login: a message bus with an open keyring, for as long as standard input is. */
const login = `
printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
keeper() {
  dbus-send --session --print-reply --dest=org.freedesktop.DBus / \\
    org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | sed -n 's/.*uint32 //p'
}
until KEEPER=$(keeper 2>/dev/null) && test -n "$KEEPER"; do sleep 0.05; done
echo "$DBUS_SESSION_BUS_ADDRESS"
cat >/dev/null
kill "$KEEPER"
`

/** A session of the operator's with a real Secret Service. */
export interface DesktopSession {
  /** For the programs of that session. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** @param home an empty folder of that user for what the session keeps: the keyring */
export async function openDesktopSession(user: PlainUser, home: string): Promise<DesktopSession> {
  const env = { XDG_CURRENT_DESKTOP: 'GNOME', XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home }
  const [program, words] = user.as('dbus-run-session', ['--', 'sh', '-ec', login])
  const child = spawn(program, words, {
    ...{ cwd: user.home, env: { ...user.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] },
  })
  const ended = once(child, 'exit')
  const [address] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(() => ['']),
  ])
  if (!address) throw new Error('there is no message bus')
  return {
    env: { ...env, DBUS_SESSION_BUS_ADDRESS: address },
    async close() {
      child.stdin.end()
      await ended
    },
  }
}
