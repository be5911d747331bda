import { expect, it } from 'vitest'
import { containerName } from '../../../src/domain/host-names.ts'
import { until } from '../../hosts/condition.ts'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { memcacheTalk } from '../../hosts/memcache-talk.ts'
import { runScript } from '../../hosts/run-script.ts'
import { problemOf, readWork } from '../panel.ts'
import { keepState, putStateBack } from './kept-state.ts'
import { revokeBesideAllow } from './revoke-beside-allow.ts'
import { useTwoLaptops } from './two-laptops.ts'

const answer = { kind: 'answer' }
const closed = { kind: 'timeout' }

describeOnHosts('whatever others do, access is closed', () => {
  const laptops = useTwoLaptops()
  const { nameNow, talk, revoke, otherKnows, closeGate } = laptops

  it.each([10, 20, 30, 40, 50])('a revoke right after an allow that is still under way, %i ms', (afterMs) =>
    revokeBesideAllow(laptops, afterMs),
  )

  it('what another laptop resumed meanwhile is suspended too', async () => {
    const { world, other, page } = laptops
    await otherKnows()
    await world.panel.client.tenant.suspend({ name: nameNow() })
    await until('the other laptop sees it', () => page.find(nameNow())?.state === 'suspended')
    await other.client.tenant.resume({ name: nameNow() })
    expect(await talk()).toMatchObject(answer)
    await world.panel.client.tenant.suspend({ name: nameNow() })
    expect(await talk()).toEqual(closed)
  })

  it('a change that is taken back does not bring back what another laptop revoked', async () => {
    const { world, client, other, port } = laptops
    const { host } = world
    const { isReached, open } = closeGate('before await-answer')
    const moving = readWork(
      world.panel.client.tenant.move({ name: nameNow(), port: port + 500, confirmed: true }),
    ).catch(() => {})
    await isReached
    await otherKnows()
    await revoke(other)
    const { id } = await world.panel.client.tenant.show({ name: nameNow() })
    await runScript(host, `docker rm -f ${containerName(id)}`)
    open()
    await moving
    for (const each of [port, port + 500]) {
      expect(await memcacheTalk(client, host.address4, each)).toEqual(closed)
    }
  })

  it('a delete that is halfway, on a host that was put back', async () => {
    const { world } = laptops
    const { host } = world
    await keepState(host)
    const { id } = await world.panel.client.tenant.show({ name: nameNow() })
    await host.stopDocker()
    const deleting = readWork(world.panel.client.tenant.delete({ name: nameNow(), confirmed: true }))
    expect((await problemOf(deleting)).code).not.toBe('NOT_IN_FORCE')
    await putStateBack(host)
    await host.startDocker()
    // Unless the panel has removed it by now.
    await host.exec(['docker', 'start', containerName(id)])
    await world.panel.client.tenant.list({})
    await until('it is closed again', async () => (await talk()).kind === 'timeout')
  })
})
