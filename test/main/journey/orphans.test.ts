import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { type HostNamespace, startHost } from '../../hosts/host.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { addSandbox, createTenant, openPanel, type Panel, problemOf, readWork } from '../panel.ts'
import { type PanelHost, withOther } from '../panel-host.ts'
import { startPreparedPanelHost } from '../prepared-host.ts'
import { queryStore } from '../world-state.ts'
import { expectAgreement, expectAgreementAtLast } from './agreement.ts'

const image = 'memharbor/memcached:current'

describeOnHosts('containers of no tenant', () => {
  let world: PanelHost
  let host: HostNamespace
  let changes = 0

  beforeAll(async () => {
    world = await startPreparedPanelHost()
    host = world.host
    await createTenant(world.panel, { name: 'steady' })
  })

  afterAll(() => world?.stop())

  const changeSomething = async () => {
    changes += 1
    await world.panel.client.tenant.allow({ name: 'steady', entries: [{ cidr: `198.51.100.${changes}` }] })
  }
  const docker = async (...argv: string[]) => {
    const { status, stdout, stderr } = await host.exec(['docker', ...argv])
    if (status !== 0) throw new Error(`docker ${argv[0]}: ${stderr}`)
    return stdout.trim()
  }
  const isThere = async (id: string) =>
    (await docker('ps', '--all', '--quiet', '--filter', `name=memharbor-${id}`)) !== ''
  const awaitThere = (id: string) => until(`Docker has made memharbor-${id}`, () => isThere(id))

  /** A tenant that was cancelled: its id, when nothing of it is left. */
  const undoCreate = async (name: string): Promise<string> => {
    const stop = new AbortController()
    const work = await world.panel.client.tenant.create({ name }, { signal: stop.signal })
    const ended = (async () => {
      for (;;) {
        const next = await work.next()
        if (next.done === true) return
        if (next.value.key === 'reserve-port') stop.abort()
      }
    })()
    await expect(ended).rejects.toThrow()
    const [undone] = await queryStore(world.panel, `select * from operations where tenant_name = '${name}'`)
    expect(undone).toMatchObject({ outcome: 'undone' })
    await expectAgreement(world.panel, host, `${name}, undone`)
    return String(undone?.['tenant_id'])
  }

  /** The request for a container, sent to a Docker that does not answer, and given up when all of it has been sent. */
  const sendAndGiveUp = (id: string) =>
    new Promise<void>((resolve, reject) => {
      const Labels = { 'io.memharbor.tenant': id, 'io.memharbor.schema': '1', 'io.memharbor.owned': '1' }
      const body = JSON.stringify({ Image: image, Labels, HostConfig: { NetworkMode: 'memharbor-1' } })
      const head = [
        `POST /containers/create?name=memharbor-${id} HTTP/1.1`,
        ...['Host: docker', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`],
      ]
      const socket = connect(host.dockerSocket)
      socket.once('error', reject)
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => {
        socket.destroy()
        resolve()
      })
    })
  const makeLate = async (id: string) => {
    await host.pauseDocker()
    await sendAndGiveUp(id)
    expect((await host.exec(['ss', '-Hxl', 'src', '*/docker.sock'])).stdout).toMatch(/LISTEN +[1-9]/)
    await host.resumeDocker()
    await awaitThere(id)
  }
  const lastOperation = async () => (await world.panel.client.activity.list({ limit: 1 }))[0]

  it('one that a frozen Docker makes after its creation was undone goes with the next look', async () => {
    const id = await undoCreate('late')
    await world.panel.client.program.takeNotices()
    await makeLate(id)
    expect(await world.panel.client.tenant.list({})).toHaveLength(1)
    await expectAgreement(world.panel, host, 'after the look')
    const what = `container memharbor-${id} on web1, which belongs to no tenant`
    expect(await world.panel.client.program.takeNotices()).toEqual([
      `Removed: ${what}. It was made for late, which is not there any more.`,
    ])
    expect(await lastOperation()).toMatchObject({
      ...{ kind: 'host sweep', host: 'web1', tenant: 'late', outcome: 'done', before: { state: 'created' } },
      steps: [{ sentence: `Remove ${what}`, state: 'done' }],
    })
  })

  it('one that runs, and one of a deleted tenant, go before the next change', async () => {
    const ids = [await undoCreate('late-again')]
    const { id } = await createTenant(world.panel, { name: 'gone' })
    await readWork(world.panel.client.tenant.delete({ name: 'gone', confirmed: true }))
    // A panel that is open could sweep one of them as soon as Docker answers.
    await world.reopen(async () => {
      for (const each of [...ids, id]) await makeLate(each)
      await docker('start', `memharbor-${id}`)
    })
    await changeSomething()
    await expectAgreementAtLast(world.panel, host, 'after the change')
    // Each is told a moment after it has gone.
    const told: string[] = []
    await until('both are told', async () => {
      told.push(...(await world.panel.client.program.takeNotices()))
      return told.length >= 2
    })
    expect(told).toHaveLength(2)
  })

  it('of another panel only those go that are old and empty and that the host does not know', async () => {
    // A panel that is not connected looks at nothing: recovery tries again the work that Docker's end cuts off.
    await world.reopen()
    const run = (id: string, port: number) => {
      const publish = ['-p', `127.0.0.1:${port}:11211`, '--label', `io.memharbor.tenant=${id}`]
      return docker(
        'run',
        '-d',
        '--restart',
        'unless-stopped',
        '--name',
        `memharbor-${id}`,
        ...publish,
        image,
      )
    }
    const known = await withOther(host, (other) => createTenant(other, { name: 'of another panel' }))
    const old = { empty: await run('oldandempty1', 29_001), full: await run('oldandfull12', 29_002) }
    const foreign = await docker(
      'create',
      '--label',
      'io.memharbor.tenant=../../images/x',
      '--name',
      'theirs',
      image,
    )
    await host.stopDocker()
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
    for (const container of [...Object.values(old), foreign]) {
      const edit = `s/"Created":"[^"]*"/"Created":"${anHourAgo}"/`
      const edited = await host.exec([
        'sed',
        '-i',
        edit,
        `/var/lib/docker/containers/${container}/config.v2.json`,
      ])
      expect(edited.stderr).toBe('')
    }
    await host.startDocker()
    await run('youngandempty', 29_003)
    const answers = (port: number, text: string) => async () =>
      (await memcacheTalk(host, '127.0.0.1', port, text)).kind === 'answer'
    await until('the full one answers', answers(29_002, 'set a 0 0 1\r\nx\r\n'))
    await until('the empty one answers', answers(29_001, 'version\r\n'))
    await world.reopen()
    await changeSomething()
    const notices: string[] = []
    await until('the removal is told', async () => {
      notices.push(...(await world.panel.client.program.takeNotices()))
      return notices.some((sentence) => sentence.startsWith('Removed'))
    })
    expect(notices.filter((sentence) => !sentence.startsWith('Another panel made'))).toEqual([
      'Removed: container memharbor-oldandempty1 on web1, which belongs to no tenant.',
    ])
    const rest = (await docker('ps', '--all', '--format', '{{.Names}}')).split('\n').sort()
    const [steady] = await queryStore(world.panel, "select id from tenants where name = 'steady'")
    const ours = [steady?.['id'], known.id, 'oldandfull12', 'youngandempty'].map((id) => `memharbor-${id}`)
    expect(rest).toEqual([...ours, 'theirs'].sort())
    await docker('rm', '--force', 'theirs', 'memharbor-oldandfull12', 'memharbor-youngandempty')
  })

  it('where only stores remember, those of another store stay', async () => {
    const local = await startHost({ name: 'web2', sudo: 'none' })
    const panels: [Panel, Panel] = [await openPanel(), await openPanel()]
    try {
      for (const each of panels) {
        await addSandbox(each, local)
        const choice = { name: 'web2', loopback: true }
        const { fingerprint } = await each.client.host.planPrepare(choice)
        await readWork(each.client.host.prepare({ ...choice, fingerprint, confirmed: false }))
      }
      const [mine, theirs] = panels
      const { id } = await createTenant(theirs, { name: 'theirs' })
      const { id: first } = await createTenant(mine, { name: 'mine' })
      await readWork(mine.client.tenant.delete({ name: 'mine', confirmed: true }))
      const { id: second } = await createTenant(mine, { name: 'mine' })
      const options = ['--name', `memharbor-${first}`, '--label', `io.memharbor.tenant=${first}`]
      await local.exec(['docker', 'create', ...options, image])
      expect(await mine.client.tenant.list({})).toMatchObject([{ name: 'mine', state: 'running' }])
      const { stdout } = await local.exec(['docker', 'ps', '--all', '--format', '{{.Names}}'])
      expect(stdout.trim().split('\n').sort()).toEqual([id, second].map((each) => `memharbor-${each}`).sort())
      // One that is there under another name is not deleted, by recovery neither.
      await local.exec(['docker', 'rename', `memharbor-${second}`, 'cache1'])
      const deleting = readWork(mine.client.tenant.delete({ name: 'mine', confirmed: true }))
      expect(await problemOf(deleting)).toMatchObject({
        code: 'DOCKER_FAILED',
        details: {
          reason: expect.stringMatching(/^it was renamed to cache1; `docker rename cache1 memharbor-/),
        },
      })
      await mine.close()
      panels[0] = await openPanel(mine.dataDir)
      await until('recovery has not deleted it either', async () => {
        const [left] = await panels[0].client.tenant.list({})
        return left?.leftover === 'not-deleted' && left.faults.includes('renamed')
      })
      await local.exec(['docker', 'rename', 'cache1', `memharbor-${second}`])
      await panels[0].close()
      panels[0] = await openPanel(mine.dataDir)
      await until('it is deleted', async () => (await panels[0].client.tenant.list({})).length === 0, 60_000)
      const rest = await local.exec(['docker', 'ps', '--all', '--format', '{{.Names}}'])
      expect(rest.stdout.trim()).toBe(`memharbor-${id}`)
    } finally {
      for (const each of panels) await each.stop()
      await local.stop()
    }
  })
})
