import { describe, expect, test } from 'vitest'
import { until } from '../../hosts/condition.ts'
import {
  ask,
  call,
  login,
  type OpenedShell,
  openShell,
  openSocket,
  post,
  type Talk,
  tokenOf,
} from './browser-shell.ts'

/** A change that can be looked for in the store. */
const change = (id = '1'): string => call(id, '/settings/change', { theme: 'dark' })

const expectNothingDone = async ({ inside }: OpenedShell): Promise<void> => {
  expect(await inside.settings.get()).toMatchObject({ theme: 'system' })
}

describe('what the page gets', () => {
  test('its files, with a nonce of its own for each load, and headers that keep others out', async () => {
    const shell = await openShell()
    const [first, second] = [await ask(shell, '/'), await ask(shell, '/?again')]
    const nonces = [first, second].map(({ text }) => /name="csp-nonce" content="([^"]+)"/.exec(text)?.[1])
    expect(nonces[0]).toMatch(/^[\w+/]{24}$/)
    expect(nonces[0]).not.toBe(nonces[1])
    expect(first.text).toContain('<meta name="memharbor-shell" content="browser">')
    const policy = String(first.headers['content-security-policy'])
    expect(policy).toContain(`style-src 'self' 'nonce-${nonces[0]}'`)
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${shell.port};`)
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(first.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(first.headers['set-cookie']).toBeUndefined()
    expect(first.headers['access-control-allow-origin']).toBeUndefined()
    expect((await ask(shell, '/assets/index.js')).text).toBe('window.page = true\n')
  })

  test.each([
    ['something that is no page', '/notes.txt'],
    ['a file above', '/..%2fbrowser-shell.js'],
    ['a file above, in plain dots', '/../../web/page/../serve-browser.test.ts'],
    ['a file that is not there', '/absent.js'],
    ['a folder', '/assets/'],
  ])('not %s', async (_what, path) => {
    expect((await ask(await openShell(), path)).status).toBe(404)
  })

  test('a session for its token, and an answer over its socket', async () => {
    const shell = await openShell()
    const session = await login(shell)
    const { socket, hears } = await openSocket(shell)
    socket.send(JSON.stringify({ session }))
    socket.send(change())
    expect(await hears(0)).toBe('{}')
    expect(JSON.parse(await hears(1))).toMatchObject({ i: '1', p: { b: { json: { theme: 'dark' } } } })
    expect(await shell.inside.settings.get()).toMatchObject({ theme: 'dark' })
  })

  test('a token for another tab, again and again', async () => {
    const shell = await openShell()
    const session = await login(shell)
    for (const _ of [1, 2]) {
      const { token } = JSON.parse((await post(shell, '/token', { session })).text) as { token: string }
      const other = await post(shell, '/session', { token })
      expect(other.status).toBe(200)
      expect(JSON.parse(other.text)).not.toEqual({ session })
    }
  })
})

describe('who is refused', () => {
  const hosts = (port: number): readonly (readonly [string, string])[] => [
    ['a name that leads here by DNS rebinding', `panel.example.com:${port}`],
    ['a name of a rebinding service', `127.0.0.1.nip.io:${port}`],
    ['localhost', `localhost:${port}`],
    ['another port', '127.0.0.1:1'],
    ['no port', '127.0.0.1'],
    ['another spelling of the address', `127.1:${port}`],
    ['the whole of IPv4', `0.0.0.0:${port}`],
    ['our address as a user name', `127.0.0.1:${port}@example.com`],
  ]

  test('a wrong Host, for every kind of request', async () => {
    const shell = await openShell()
    const token = tokenOf(shell.newLink())
    for (const [what, host] of hosts(shell.port)) {
      expect((await ask(shell, '/', { headers: { host } })).status, what).toBe(403)
      expect((await post(shell, '/session', { token }, { host })).status, what).toBe(403)
      await expect(openSocket(shell, { headers: { host } }), what).rejects.toThrow('status 403')
    }
    // None of them used the token up.
    expect((await post(shell, '/session', { token })).status).toBe(200)
  })

  test('a foreign Origin, for every kind of request', async () => {
    const shell = await openShell()
    const token = tokenOf(shell.newLink())
    const foreign = [
      'https://example.com',
      'null',
      `https://127.0.0.1:${shell.port}`,
      'http://127.0.0.1:1',
      `http://localhost:${shell.port}`,
      `${shell.origin}.example.com`,
      '',
    ]
    for (const origin of foreign) {
      expect((await ask(shell, '/', { headers: { origin } })).status, origin).toBe(403)
      expect((await post(shell, '/session', { token }, { origin })).status, origin).toBe(403)
      await expect(openSocket(shell, { headers: { origin } }), origin).rejects.toThrow('status 403')
    }
    const preflight = { origin: 'https://example.com', 'access-control-request-method': 'POST' }
    expect((await ask(shell, '/session', { method: 'OPTIONS', headers: preflight })).status).toBe(403)
    expect((await post(shell, '/session', { token })).status).toBe(200)
  })

  test('a program that sends no Origin with what changes something', async () => {
    const shell = await openShell()
    const body = JSON.stringify({ token: tokenOf(shell.newLink()) })
    const headers = { 'content-length': body.length }
    expect((await ask(shell, '/session', { method: 'PUT', headers, body })).status).toBe(403)
    expect((await ask(shell, '/session', { method: 'DELETE' })).status).toBe(403)
  })

  test('a page of another site that asks for a file, but not its link to the panel', async () => {
    const shell = await openShell()
    const from = { 'sec-fetch-site': 'cross-site' }
    const asked = { ...from, 'sec-fetch-mode': 'no-cors' }
    expect((await ask(shell, '/assets/index.js', { headers: asked })).status).toBe(403)
    expect((await ask(shell, '/', { headers: { ...from, 'sec-fetch-mode': 'navigate' } })).status).toBe(200)
  })

  test('a request to a proxy', async () => {
    const shell = await openShell()
    expect((await ask(shell, 'http://example.com/')).status).toBe(403)
  })

  test.each([
    ['no token', {}, 400],
    ['a wrong token', { token: 'A'.repeat(43) }, 401],
    ['a token that is no text', { token: 7 }, 400],
    ['a token and something else', { token: 'A'.repeat(43), admin: true }, 400],
    ['too much', { token: 'A'.repeat(2_000) }, 413],
  ])('%s', async (_what, body, status) => {
    const shell = await openShell()
    expect((await post(shell, '/session', body)).status).toBe(status)
    await expectNothingDone(shell)
  })

  test('a body that is no JSON', async () => {
    const answer = await ask(await openShell(), '/session', { method: 'POST', body: '{"token":' })
    expect(answer.status).toBe(400)
  })

  test('a used token', async () => {
    const shell = await openShell()
    const token = tokenOf(shell.newLink())
    expect((await post(shell, '/session', { token })).status).toBe(200)
    expect((await post(shell, '/session', { token })).status).toBe(401)
  })

  test('whoever asks for a token without a session', async () => {
    const shell = await openShell()
    const token = tokenOf(shell.newLink())
    expect((await post(shell, '/token', { session: token })).status).toBe(401)
    expect((await post(shell, '/token', {})).status).toBe(400)
  })

  test('a session of an earlier run on the same port', async () => {
    const earlier = await openShell()
    const session = await login(earlier)
    const link = earlier.newLink()
    await earlier.close()
    const shell = await openShell(earlier.port)
    expect((await post(shell, '/token', { session })).status).toBe(401)
    expect((await post(shell, '/session', { token: tokenOf(link) })).status).toBe(401)
    const { socket, closed } = await openSocket(shell)
    socket.send(JSON.stringify({ session }))
    socket.send(change())
    expect(await closed).toBe(4401)
    await expectNothingDone(shell)
  })
})

describe('a socket that is closed, with nothing done', () => {
  test.each([
    ['a message before the login', change()],
    ['a wrong session', JSON.stringify({ session: 'A'.repeat(43) })],
    ['a token for a session', ''],
    ['no JSON', '{"session":'],
    ['bytes', Buffer.from(JSON.stringify({ session: 'A'.repeat(43) }))],
  ])('%s', async (what, message) => {
    const shell = await openShell()
    const { socket, closed, heard } = await openSocket(shell)
    const token = JSON.stringify({ session: tokenOf(shell.newLink()) })
    socket.send(what === 'a token for a session' ? token : message)
    socket.send(change('2'))
    expect(await closed).toBe(4401)
    expect(heard).toEqual([])
    await expectNothingDone(shell)
  })

  test('a long text is cut off before it is whole', async () => {
    const shell = await openShell()
    const { socket, closed, heard } = await openSocket(shell)
    socket.send('x'.repeat(1_000), { fin: false })
    expect(await closed).toBe(1006)
    expect(heard).toEqual([])
  })

  test('nothing said for 5 s, also by one that does not close its side', async () => {
    const shell = await openShell()
    const { closed, heard } = await openSocket(shell)
    // A program that never reads: it neither sees a close nor answers it.
    const deaf = await openSocket(shell)
    deaf.socket.pause()
    expect(await closed).toBe(1006)
    deaf.socket.resume()
    expect(await deaf.closed).toBe(1006)
    expect(heard).toEqual([])
  })

  test('more than some tens at once: the oldest go, and a page gets in', async () => {
    const shell = await openShell()
    const session = await login(shell)
    const silent: Talk[] = []
    for (let opened = 0; opened < 60; opened += 1) silent.push(await openSocket(shell))
    const { socket, hears } = await openSocket(shell)
    socket.send(JSON.stringify({ session }))
    expect(await hears(0)).toBe('{}')
    const open = () => silent.filter((each) => each.socket.readyState === each.socket.OPEN)
    // Sooner than those that say nothing are cut off anyway.
    await until('the oldest are closed', () => open().length <= 32, 2_500)
    expect(open()).toEqual(silent.slice(-open().length))
  })

  test.each([
    ['a malformed body', '{"i":"1","p":{"u":"/settings/change","b":', 1008],
    ['a call without an address', '{"i":"1","p":{"b":{}}}', 1008],
    ['bytes', Buffer.from(change()), 1008],
    ['an oversized body', `{"i":"1","p":{"u":"/settings/change","b":"${'x'.repeat(4 * 2 ** 20)}"}}`, 1009],
  ])('after the login: %s', async (_what, message, code) => {
    const shell = await openShell()
    const session = await login(shell)
    const { socket, closed, hears, heard } = await openSocket(shell)
    socket.send(JSON.stringify({ session }))
    await hears(0)
    socket.send(message)
    socket.send(change('2'))
    expect(await closed).toBe(code)
    expect(heard).toEqual(['{}'])
    await expectNothingDone(shell)
  })

  test('any other path', async () => {
    const shell = await openShell()
    await expect(openSocket(shell, { path: '/' })).rejects.toThrow('status 404')
    await expect(openSocket(shell, { path: '/rpc/../session' })).rejects.toThrow('status 404')
  })
})

describe('a call that is refused, with nothing done', () => {
  test.each([
    ['an unknown procedure', '/host/destroy', {}, 404],
    ['a procedure of the prototype', '/__proto__/toString', {}, 404],
    ['a body that does not fit the contract', '/settings/change', { theme: 7 }, 400],
  ])('%s', async (_what, path, input, status) => {
    const shell = await openShell()
    const session = await login(shell)
    const { socket, hears } = await openSocket(shell)
    socket.send(JSON.stringify({ session }))
    socket.send(call('1', path, input))
    expect(JSON.parse(await hears(1))).toMatchObject({ i: '1', p: { s: status } })
    // The socket is as good as before.
    socket.send(call('2', '/host/list'))
    expect(JSON.parse(await hears(2))).toEqual({ i: '2', p: { b: { json: [] } } })
    await expectNothingDone(shell)
  })
})

test('only this computer can connect', async () => {
  const { origin } = await openShell()
  expect(new URL(origin).hostname).toBe('127.0.0.1')
  // All of 127/8 is this computer, and another address of it is another place to listen.
  await expect(fetch(origin.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow()
})

test('the panel ends: its pages are cut off and nobody listens', async () => {
  const shell = await openShell()
  const session = await login(shell)
  const { socket, closed, hears } = await openSocket(shell)
  socket.send(JSON.stringify({ session }))
  await hears(0)
  await shell.close()
  expect(await closed).toBe(1006)
  await expect(fetch(shell.origin)).rejects.toThrow()
})
