import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../hosts/condition.ts'
import type { HostNamespace } from '../../hosts/host.ts'
import { writeHostFile } from '../../hosts/host-files.ts'
import { skipReason } from '../../hosts/platform.ts'
import type { Running } from '../../hosts/running.ts'
import { type FatalProgram, installFatalProgram } from './fatal-program.ts'
import { ask, askOne, helperPath, type Reply, readResource, startHelperHost } from './helper-host.ts'
import { allow, close, configure, placed, put, reserve } from './requests.ts'

const reason = skipReason()
const [office, home] = ['203.0.113.0/24', '198.51.100.7/32']
const list = (...cidrs: string[]) => placed('acme0001', { allow: allow(...cidrs) })
const none = { missing: [], surplus: [], missingCount: 0, surplusCount: 0 }

describe.skipIf(reason !== null)(`a look while others change${reason === null ? '' : ` (${reason})`}`, () => {
  let host: HostNamespace
  /** Its fates are those of each reading of a set: `mh4`, `mh6`, `mhp`. */
  let ipset: FatalProgram
  let looking: Running
  beforeEach(async () => {
    host = await startHelperHost()
    const replies = await ask(host, configure({ reservedMb: 0 }), reserve(), put(2, list(office)))
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true])
    ipset = await installFatalProgram(host, 'ipset', 'save')
    looking = await host.spawn([helperPath])
  })
  afterEach(async () => {
    await looking?.kill()
    await host?.stop()
  })

  const untilHeld = () => until('a reading of a set is held', () => ipset.isHeld())
  const beginLook = async (request: object): Promise<void> => {
    await looking.write(`${JSON.stringify(request)}\n`)
    await untilHeld()
  }
  const endLook = async (): Promise<Reply> => {
    await ipset.letGo()
    return JSON.parse(await looking.waitFor('\n', 10_000)) as Reply
  }

  it.each(['observe', 'denied'])('holds nobody up while it reads the kernel: %s', async (op) => {
    await ipset.next('held')
    await beginLook({ v: 1, op })
    expect(await host.exec(['flock', '-n', '/var/lib/memharbor/lock', 'true'])).toMatchObject({ status: 0 })
    expect(await askOne(host, close('acme0001', [office]))).toMatchObject({ closed: [office] })
    expect(await looking.output(), 'it looks still').toBe('')
    expect(await endLook()).toMatchObject({ ok: true })
  })

  it('takes no turn from anybody at first, and takes turns where it lasts, with the program it waits for', async () => {
    // A child between fork and exec bears the name of its parent for a moment, so that ps may list three.
    const policies = async (): Promise<string[]> => {
      const { stdout } = await host.exec(['ps', '-eo', 'class,ni,args'])
      const rows = stdout.matchAll(/^(\S+) +(\S+) \S+ (?:-IS \S+(host)|\/usr\/sbin\/(ipset) save mh4)$/gm)
      const named = Array.from(rows, ([, kind, nice, helper, set]) => `${helper ?? set} ${kind} ${nice}`)
      return [...new Set(named)].sort()
    }
    await ipset.next('held')
    await beginLook({ v: 1, op: 'observe' })
    expect(await policies()).toEqual(['host IDL -', 'ipset IDL -'])
    await until('it takes turns', async () => `${await policies()}` === 'host TS 10,ipset TS 10')
    expect(await endLook()).toMatchObject({ ok: true })
    expect(await policies(), 'the next request has its whole share').toEqual(['host TS 0'])
  })

  it('works in a container that may not raise a priority', async () => {
    const input = `${JSON.stringify({ v: 1, op: 'observe' })}\n`
    const { status, stdout } = await host.exec(['setpriv', '--bounding-set=-sys_nice', helperPath], { input })
    expect([status, (JSON.parse(stdout) as Reply).ok]).toEqual([0, true])
  })

  it('does not take for drift what was changed in between', async () => {
    await ipset.next('held')
    await beginLook({ v: 1, op: 'observe' })
    expect(await askOne(host, put(3, list(home)))).toMatchObject({ revision: 4 })
    expect(await endLook()).toMatchObject({
      state: { revision: 4, tenants: { acme0001: { allow: allow(home) } } },
      kernel: { drift: none },
    })
  })

  it('does not take for drift what came and went in between', async () => {
    await ipset.next('held', 'held')
    await beginLook({ v: 1, op: 'observe' })
    expect(await askOne(host, put(3, list(office, home)))).toMatchObject({ revision: 4 })
    await ipset.letGo()
    await untilHeld()
    expect(await askOne(host, close('acme0001', [home]))).toMatchObject({ revision: 5 })
    expect(await endLook()).toMatchObject({ state: { revision: 5 }, kernel: { drift: none } })
  })

  it('tells drift all the same, that of before and that of a change in between', async () => {
    await host.exec(['ipset', 'add', 'mh4', '192.0.2.1,tcp:20000'])
    await ipset.next('held')
    await beginLook({ v: 1, op: 'observe' })
    expect(await askOne(host, put(3, list(office, home)))).toMatchObject({ revision: 4 })
    await host.exec(['ipset', 'del', 'mh4', `${office},tcp:20000`])
    const surplus = [{ cidr: '192.0.2.1/32', port: 20_000 }]
    const missing = [{ cidr: office, port: 20_000 }]
    expect(await endLook()).toMatchObject({
      state: { revision: 4 },
      kernel: { drift: { missing, surplus, missingCount: 1, surplusCount: 1 } },
    })
  })

  it('is brief where somebody waits for it: large sets are counted, and read as soon as anything is wrong', async () => {
    const text = await readResource('memharbor-host')
    const counting = text.replace('MOST_READ = 5000', 'MOST_READ = 0')
    expect(counting).not.toBe(text)
    await writeHostFile(host.namespace, '/usr/local/sbin/counting', counting, { mode: '755' })
    const look = async (program = '/usr/local/sbin/counting') => {
      const input = `${JSON.stringify({ v: 1, op: 'observe', brief: true })}\n`
      return JSON.parse((await host.exec([program], { input })).stdout) as object
    }
    const whole = { state: { revision: 3, tenants: { acme0001: { allow: allow(office) } } } }
    const brief = {
      condition: 'ok',
      state: { revision: 3, tenants: {}, released: [] },
      kernel: { drift: none },
    }
    expect(await look()).toMatchObject(brief)
    expect(await look(helperPath), 'few entries are read in any case').toMatchObject(whole)
    await host.exec(['ipset', 'add', 'mh4', '192.0.2.1,tcp:20000'])
    const surplus = [{ cidr: '192.0.2.1/32', port: 20_000 }]
    expect(await look()).toMatchObject({ ...whole, kernel: { drift: { surplus, surplusCount: 1 } } })
    await host.exec(['ipset', 'del', 'mh4', '192.0.2.1,tcp:20000'])
    expect(await look()).toMatchObject(brief)
    await host.exec(['iptables', '-t', 'raw', '-F', 'MEMHARBOR'])
    expect(await look()).toMatchObject({ ...whole, kernel: { base: [{ complete: false }, {}] } })
  })
})
