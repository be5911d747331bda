import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DockerApi, openDocker } from '../../../../src/main/adapters/docker/docker.ts'
import type { Link } from '../../../../src/main/adapters/link.ts'
import { openLocalLink } from '../../../../src/main/adapters/local/local-link.ts'
import { type HostNamespace, startHost } from '../../../hosts/host.ts'
import { writeHostFile } from '../../../hosts/host-files.ts'
import { skipReason } from '../../../hosts/platform.ts'
import { importRawImage, rawImage } from '../../../hosts/raw-image.ts'
import { linkTo } from '../host-links.ts'
import { problemOf } from '../ssh/bench.ts'

const reason = skipReason()
const named = (what: string): string => (reason === null ? what : `${what} (${reason})`)

/** Each way to the daemon has to behave the same. */
const ways = [
  ['a forwarded socket', 'stream-local', { allowStreamLocalForwarding: true }],
  ['dial-stdio, where forwarding is forbidden', 'dial-stdio', { allowStreamLocalForwarding: false }],
  ['the local socket', 'socket', {}],
] as const

/** Another daemon, and certificates for it that are not there. */
const elsewhere = {
  DOCKER_HOST: 'tcp://127.0.0.1:1',
  DOCKER_TLS_VERIFY: '1',
  DOCKER_CERT_PATH: '/nowhere',
  DOCKER_CONTEXT: 'elsewhere',
}

describe.skipIf(reason !== null).each(ways)(named('Docker over %s'), (_, kind, options) => {
  let host: HostNamespace
  let link: Link
  let api: DockerApi
  beforeAll(async () => {
    host = await startHost({ name: 'web', ...options })
    await importRawImage(host)
    link = kind === 'socket' ? openLocalLink({ host: 'web', socketPath: host.dockerSocket }) : linkTo(host)
    // An environment that names another daemon changes nothing, neither here nor there.
    Object.assign(process.env, elsewhere)
    const profile = Object.entries(elsewhere).map(([name, value]) => `export ${name}=${value}\n`)
    await writeHostFile(host.namespace, `/home/${host.user}/.bashrc`, profile.join(''), { owner: host.user })
    api = openDocker(link, 'web')
  })
  afterAll(async () => {
    for (const name of Object.keys(elsewhere)) delete process.env[name]
    await link?.close()
    await host?.stop()
  })

  it('answers, also to many at once', async () => {
    expect(await api.call('list the containers', (docker) => docker.listContainers())).toEqual([])
    expect(link.info()).toEqual({
      kind: kind === 'socket' ? 'socket' : 'ssh',
      connected: true,
      refused: false,
      refusedBeside: false,
      docker: kind,
      login: kind === 'dial-stdio' ? { printed: '', beginMs: expect.any(Number) } : null,
    })
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => api.call('ask for its version', (docker) => docker.version())),
    )
    expect(new Set(answers.map((answer) => typeof answer?.ApiVersion))).toEqual(new Set(['string']))
  })

  it('makes, starts and removes a container; expected statuses are no failure', async () => {
    const create = () =>
      api.call('create it', (docker) => docker.createContainer({ name: 'one', Image: rawImage }))
    expect((await create())?.id).toMatch(/^[0-9a-f]{64}$/)
    const start = () =>
      api.call('start it', (docker) => docker.getContainer('one').start(), { expected: [304] })
    await start()
    expect(await start()).toBeUndefined()
    expect(await problemOf(create())).toMatchObject({
      code: 'DOCKER_FAILED',
      details: { host: 'web', action: 'create it', reason: expect.stringContaining('already in use') },
    })
    const remove = () =>
      api.call('remove it', (docker) => docker.getContainer('one').remove({ force: true }), {
        expected: [404],
      })
    await remove()
    expect(await remove()).toBeUndefined()
  })

  it('says which image is missing', async () => {
    const create = api.call('create it', (docker) => docker.createContainer({ Image: 'no/such:image' }))
    expect(await problemOf(create)).toEqual({
      code: 'IMAGE_MISSING',
      details: { host: 'web', image: 'no/such:image' },
    })
  })

  it('streams what happens', async () => {
    const docker = await api.open()
    const events = await docker.getEvents({ filters: JSON.stringify({ event: ['create'] }) })
    const first = new Promise<string>((resolve) => events.once('data', (chunk) => resolve(String(chunk))))
    await api.call('create it', (docker) => docker.createContainer({ name: 'two', Image: rawImage }))
    expect(JSON.parse(await first)).toMatchObject({
      Action: 'create',
      Actor: { Attributes: { name: 'two' } },
    })
    if ('destroy' in events && typeof events.destroy === 'function') events.destroy()
  })

  it('a daemon that hangs, or a caller who gives up, ends the call', async () => {
    await host.pauseDocker()
    try {
      const began = performance.now()
      const call = api.call('list the containers', (docker) => docker.listContainers(), { timeoutMs: 700 })
      expect(await problemOf(call)).toEqual({
        code: 'TIMED_OUT',
        details: { host: 'web', action: 'list the containers', afterMs: 700 },
      })
      const abort = new AbortController()
      const given = problemOf(
        api.call('list the containers', (docker) => docker.listContainers(), { signal: abort.signal }),
      )
      abort.abort()
      expect(await given).toMatchObject({ code: 'CANCELLED' })
      expect(performance.now() - began).toBeLessThan(3_000)
    } finally {
      await host.resumeDocker()
    }
    expect(await api.call('list the containers', (docker) => docker.listContainers())).toEqual([])
  })

  it('a daemon that is stopped is told at once, and found again', async () => {
    await host.stopDocker()
    const call = api.call('list the containers', (docker) => docker.listContainers())
    expect(await problemOf(call)).toMatchObject({ code: 'DOCKER_UNREACHABLE', details: { host: 'web' } })
    await host.startDocker()
    expect(await api.call('list the containers', (docker) => docker.listContainers())).toEqual([])
  })
})

describe.skipIf(reason !== null).each([true, false])(
  named('a user outside of the docker group, stream-local forwarding %s'),
  (allowStreamLocalForwarding) => {
    it('is told so', async () => {
      const host = await startHost({ name: 'web', inDockerGroup: false, allowStreamLocalForwarding })
      const link = linkTo(host)
      try {
        expect(await problemOf(link.openDocker())).toEqual({
          code: 'DOCKER_DENIED',
          details: { host: 'web', user: host.user },
        })
      } finally {
        await link.close()
        await host.stop()
      }
    })
  },
)

describe.skipIf(reason !== null)(named('a host that drops packets'), () => {
  it('is unreachable after seconds, whether connected before or not', async () => {
    const host = await startHost({ name: 'web', docker: false })
    const before = linkTo(host)
    const after = linkTo(host)
    try {
      expect(await problemOf(before.openDocker())).toEqual({
        code: 'DOCKER_UNREACHABLE',
        details: { host: 'web', reason: 'there is no /var/run/docker.sock' },
      })
      await host.exec(['iptables', '-I', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP'])
      const began = performance.now()
      const problems = await Promise.all([
        problemOf(before.run('observe', '', { timeoutMs: 20_000 })),
        problemOf(after.connect()),
      ])
      expect(problems).toMatchObject([
        { code: 'HOST_UNREACHABLE', details: { reason: 'the connection was lost' } },
        { code: 'HOST_UNREACHABLE', details: { reason: 'no answer in 8 s' } },
      ])
      expect(performance.now() - began).toBeLessThan(13_000)
      await host.exec(['iptables', '-D', 'INPUT', '1'])
      expect(await before.run('observe', 'print("back")')).toMatchObject({ stdout: 'back\n' })
    } finally {
      await before.close()
      await after.close()
      await host.stop()
    }
  })
})
