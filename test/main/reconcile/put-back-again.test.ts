import { beforeAll, expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { openPage } from '../live/page.ts'
import { problemOf, readWork } from '../panel.ts'
import { withOther } from '../panel-host.ts'
import { putStateBack } from './kept-state.ts'
import { office, usePutBackSuite } from './put-back-suite.ts'

describeOnHosts('a host is put back where its history alone does not tell it', () => {
  const suite = usePutBackSuite()
  const { at, cutBeforeRecord, look, talk, make, keep, putBack, allowOf, marked, recover } = suite
  const panel = () => suite.world.panel.client
  const revoke = (name: string) => panel().tenant.revoke({ name, cidrs: [suite.client.address4] })
  const officeOnly = [`${office}/32`]
  beforeAll(() => make('noted'))

  it('an allow that came to nothing does not count as letting in again', async () => {
    const port = await make('undone')
    await keep()
    await revoke('undone')
    await look()
    at.set('before write-record', () =>
      withOther(suite.world.host, (other) =>
        other.client.tenant.annotate({ name: 'undone', notes: 'other' }),
      ),
    )
    const again = { name: 'undone', entries: [{ cidr: suite.client.address4 }] }
    expect(await problemOf(panel().tenant.allow(again))).toMatchObject({ code: 'REVISION_STALE' })
    await look()
    await putBack('undone')
    expect(await talk(port)).toBe('answer')
    await look()
    expect(await talk(port)).toBe('timeout')
    expect(await allowOf('undone')).toEqual(officeOnly)
    await recover('panel')
  })

  it('a tenant that came back here after a delete is not deleted by the delete that the host remembers', async () => {
    const port = await make('back')
    await readWork(panel().tenant.delete({ name: 'back', confirmed: true }))
    await keep()
    await readWork(panel().tenant.restore({ name: 'back' }))
    await look()
    await putBack('noted')
    await look()
    expect(await allowOf('back')).toBeDefined()
    expect(await marked()).toContain('back')
    await recover('panel')
    expect(await talk(port)).toBe('answer')
  })

  it('an open page has it closed again, though Docker hangs', async () => {
    const { world } = suite
    const port = await make('watched')
    await keep()
    const page = openPage(panel())
    try {
      await revoke('watched')
      await until('the page shows it', () => page.find('watched')?.allow.length === 1)
      await world.panel.context.services.background.idle(8_000)
      await world.host.pauseDocker()
      await putStateBack(world.host)
      expect(await talk(port)).toBe('answer')
      await until('it is closed again', async () => (await talk(port)) === 'timeout', 60_000)
    } finally {
      await world.host.resumeDocker()
      await page.close()
    }
    await look()
    expect(await talk(port)).toBe('timeout')
  })

  it.each([
    ['the tenant itself', 'itself', 'itself', 'look'],
    ['the tenant itself, which is revoked from next', 'next', 'next', 'revoke'],
    ['another one, and the tenant is revoked from next', 'beside', 'noted', 'revoke'],
  ] as const)(
    'the link was cut right after a closing, and others changed %s',
    async (_, name, noted, first) => {
      const { host } = suite.world
      const port = await make(name)
      await keep()
      at.set('after close-access', () => host.dropLink())
      await revoke(name).catch(() => {})
      await putBack(noted, async () => {
        await host.cutSsh()
        await host.restoreLink()
      })
      expect(await talk(port)).toBe('answer')
      if (first === 'revoke') await panel().tenant.revoke({ name, cidrs: [office] })
      await look()
      expect(await talk(port)).toBe('timeout')
      expect(await allowOf(name)).toEqual(first === 'revoke' ? [] : officeOnly)
      await look()
      await recover('panel')
      expect(await talk(port)).toBe('timeout')
    },
  )

  it('the same, with a change of the tenant that was cut off: it is closed before recovery follows the host', async () => {
    const { host } = suite.world
    const port = await make('half')
    await keep()
    at.set('before write-record', async () => {
      at.set('after close-access', () => host.dropLink())
      await revoke('half').catch(() => {})
    })
    await problemOf(readWork(panel().tenant.resize({ name: 'half', memoryMb: 24, confirmed: true })))
    await putBack('half', async () => {
      await host.cutSsh()
      await host.restoreLink()
    })
    expect(await talk(port)).toBe('answer')
    await look()
    await look()
    expect(await talk(port)).toBe('timeout')
    expect(await allowOf('half')).toEqual(officeOnly)
    await recover('panel')
  })

  it('the same, with one whose recovery has failed and waits: it is closed by the first look', async () => {
    const { world } = suite
    const { host } = world
    const port = await make('waits')
    const [{ id } = { id: '' }] = (await panel().tenant.list({})).filter(({ name }) => name === 'waits')
    await keep()
    const rename = (from: string, to: string) => host.exec(['docker', 'rename', from, to])
    at.set('before limit-container', () => rename(containerName(id), 'aside'))
    await problemOf(readWork(panel().tenant.resize({ name: 'waits', memoryMb: 24, confirmed: true })))
    // As after a minute in which it failed again and again.
    for (let failures = 0; failures < 6; failures += 1) world.panel.context.services.recoveries.failed(id)
    at.set('after close-access', () => host.dropLink())
    await revoke('waits').catch(() => {})
    await host.cutSsh()
    await host.restoreLink()
    await putStateBack(host)
    await withOther(host, async (other) => {
      for (let change = 1; change <= 8; change += 1)
        await other.client.tenant.annotate({ name: 'waits', notes: `others ${change}` })
    })
    expect(await talk(port)).toBe('answer')
    await look()
    expect(await talk(port)).toBe('timeout')
    await world.reopen(() => rename('aside', containerName(id)))
    await look()
    expect([await talk(port), await allowOf('waits')]).toEqual(['timeout', officeOnly])
    if ((await marked()) !== undefined) await recover('panel')
    expect(await talk(port)).toBe('timeout')
  })

  it('a tenant that stays halfway does not have another one closed that another panel opened', async () => {
    const { world } = suite
    const port = await make('mine')
    await make('stuck')
    const [stuck] = (await panel().tenant.list({})).filter(({ name }) => name === 'stuck')
    const container = containerName(stuck?.id ?? '')
    await look()
    await world.reopen()
    await world.host.exec(['docker', 'rename', container, 'renamed'])
    const deleting = readWork(panel().tenant.delete({ name: 'stuck', confirmed: true }))
    expect(await problemOf(deleting)).toMatchObject({ code: 'NOT_DELETED' })
    await world.reopen()
    await revoke('mine')
    await world.reopen()
    await withOther(world.host, (other) =>
      other.client.tenant.allow({ name: 'mine', entries: [{ cidr: suite.client.address4 }] }),
    )
    await look()
    expect(await talk(port)).toBe('answer')
    expect(await marked()).toBeUndefined()
    await world.host.exec(['docker', 'rename', 'renamed', container])
  })

  it('put back once more while what the host has is taken over: the plan does not count any more', async () => {
    const names = ['one', 'two']
    const ports: number[] = []
    for (const name of names) ports.push(await make(name))
    await keep()
    for (const name of names) {
      await revoke(name)
      await panel().tenant.rename({ name, newName: `${name}-new` })
    }
    await look()
    await putBack()
    await look()
    expect(await marked()).toEqual(expect.arrayContaining(['one-new', 'two-new']))
    at.set('before read-planned', () => putStateBack(suite.world.host))
    await expect(recover('host')).rejects.toThrow(/changed since the plan was made/)
    await look()
    for (const port of ports) expect(await talk(port)).toBe('timeout')
    await recover('panel')
    expect(await marked()).toBeUndefined()
    for (const port of ports) expect(await talk(port)).toBe('timeout')
  })

  it('revoked while it is taken over: the entry does not come back from there', async () => {
    await make('during')
    await keep()
    await panel().tenant.annotate({ name: 'during', notes: 'later' })
    await look()
    await putBack()
    await look()
    expect(await marked()).toEqual(['during'])
    at.set('before take-over', () => panel().tenant.revoke({ name: 'during', cidrs: [office] }))
    await expect(recover('host')).rejects.toThrow(/changed since the plan was made/)
    expect(await allowOf('during')).toEqual([`${suite.client.address4}/32`])
    await recover('host')
    expect(await allowOf('during')).toEqual([`${suite.client.address4}/32`])
  })

  it.each([
    ['the host has lost', 'lost'],
    ['another panel shut out', 'shut'],
  ] as const)('recovery of a change that was cut off lets in nobody whom %s', async (_, name) => {
    const { host } = suite.world
    const port = await make(name, name === 'shut')
    await keep()
    if (name === 'lost') await panel().tenant.allow({ name, entries: [{ cidr: suite.client.address4 }] })
    for (let change = 1; change <= 8; change += 1)
      await panel().tenant.annotate({ name, notes: `mine ${change}` })
    await look()
    cutBeforeRecord()
    await problemOf(readWork(panel().tenant.resize({ name, memoryMb: 24, confirmed: true })))
    await suite.world.reopen(async () => {
      await host.startSsh()
      await putStateBack(host)
      if (name === 'lost') return
      await withOther(host, (other) => other.client.tenant.revoke({ name, cidrs: [suite.client.address4] }))
    })
    await look()
    await look()
    expect(await talk(port)).toBe('timeout')
    expect(await marked()).toEqual([name])
    await recover('host')
    expect(await talk(port)).toBe('timeout')
  })

  it.each([
    ['another panel has deleted', 'deleted'],
    ['a host that was put back has lost', 'young'],
  ] as const)('a change that was cut off does not make a tenant again that %s', async (_, name) => {
    const { host } = suite.world
    await keep()
    const port = await make(name)
    await look()
    cutBeforeRecord()
    await problemOf(readWork(panel().tenant.resize({ name, memoryMb: 24, confirmed: true })))
    await suite.world.reopen(async () => {
      await host.startSsh()
      if (name === 'young') await putStateBack(host)
      else await withOther(host, (other) => readWork(other.client.tenant.delete({ name, confirmed: true })))
    })
    await look()
    await look()
    expect(await talk(port)).not.toBe('answer')
    const changes = await panel().activity.list({ tenant: name })
    expect(changes.find(({ kind }) => kind === 'tenant resize')).toMatchObject({ outcome: 'undone' })
    expect(await allowOf(name)).toEqual(name === 'young' ? expect.arrayContaining(officeOnly) : undefined)
    expect(await marked()).toEqual(name === 'young' ? [name] : undefined)
    if (name === 'young') await recover('host')
    expect(await allowOf(name)).toBeUndefined()
  })
})
