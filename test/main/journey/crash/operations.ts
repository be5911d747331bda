import type { Tenant } from '../../../../src/contract/tenant.ts'
import type { Client } from '../../../hosts/client.ts'
import type { Host } from '../../../hosts/host.ts'
import { createTenant, type Panel, readWork } from '../../panel.ts'
import type { Call } from './job.ts'

/** The tenant that things are done to, by its name; it may be another one each time. */
export interface Stage {
  readonly panel: Panel
  readonly host: Host
  readonly friend: Client
  /** Counts up, so that no two rounds ask for the same. */
  readonly round: number
}

/** One operation, and what it is to do in one round. */
export interface Scene {
  readonly name: string
  readonly call: Call
  /** The fields of the tenant that differ afterwards; null: it is gone. */
  readonly change: Partial<Tenant> | null
  /** Whether what was in the cache is lost. */
  readonly lossy: boolean
}

export type Verb = Call['verb'] | 'grow' | 'shrink'

const name = 'acme'
const confirmed = true

/** The tenant `acme` as the operation needs it, made so by ordinary means; and what is to be done to it. */
export const setScene = async (verb: Verb, stage: Stage): Promise<Scene> => {
  const { panel, host, friend, round } = stage
  const { client } = panel
  const cidr = `${friend.address4}/32`
  const entry = { cidr, label: '' }
  if (verb === 'create') {
    const input = { name: `made${round}`, memoryMb: 16, allow: [{ cidr }], notes: 'new', tags: ['new'] }
    const change = { memoryMb: 16, allow: [entry], notes: 'new', tags: ['new'] }
    return { name: input.name, call: { verb, input }, change, lossy: true }
  }
  if (verb === 'restore') return setRestore(stage, { cidr, label: '' })
  const tenant =
    (await client.tenant.list({})).find((each) => each.name.startsWith(name)) ??
    (await createTenant(panel, { name, memoryMb: 64, allow: [{ cidr: '198.51.100.200' }] }))
  const named = { name: tenant.name }
  const scene = (call: Call, change: Scene['change'], lossy = false): Scene => ({
    ...named,
    call,
    change,
    lossy,
  })
  const isAllowed = tenant.allow.some((each) => each.cidr === cidr)
  switch (verb) {
    case 'allow': {
      if (isAllowed) await client.tenant.revoke({ ...named, cidrs: [cidr] })
      const others = tenant.allow.filter((each) => each.cidr !== cidr)
      return scene({ verb, input: { ...named, entries: [{ cidr }] } }, { allow: [...others, entry] })
    }
    case 'revoke': {
      if (!isAllowed) await client.tenant.allow({ ...named, entries: [{ cidr }] })
      const others = tenant.allow.filter((each) => each.cidr !== cidr)
      return scene({ verb, input: { ...named, cidrs: [cidr] } }, { allow: others })
    }
    case 'suspend':
      if (tenant.state === 'suspended') await client.tenant.resume(named)
      return scene({ verb, input: named }, { state: 'suspended', suspended: true })
    case 'resume':
      if (tenant.state === 'running') await client.tenant.suspend(named)
      return scene({ verb, input: named }, { state: 'running', suspended: false })
    case 'rename': {
      const newName = `${name}${round}`
      return scene({ verb, input: { ...named, newName } }, { name: newName })
    }
    case 'annotate': {
      const change = { notes: `round ${round}`, tags: [`tag${round}`] }
      return scene({ verb, input: { ...named, ...change } }, change)
    }
    case 'flush':
      return scene({ verb, input: { ...named, confirmed } }, {}, true)
    case 'restart':
      return scene({ verb, input: { ...named, confirmed } }, {}, true)
    case 'resize':
    case 'grow':
    case 'shrink': {
      const memoryMb = tenant.memoryMb === 64 ? 128 : 64
      const isFit = (memoryMb === 128) === (verb !== 'shrink')
      const wanted = verb === 'shrink' ? 64 : 128
      if (!isFit) await readWork(client.tenant.resize({ ...named, confirmed, memoryMb }))
      return scene({ verb: 'resize', input: { ...named, confirmed, memoryMb: wanted } }, { memoryMb: wanted })
    }
    case 'limit': {
      const maxConnections = 1100 + round
      const change = { maxConnections, usableConnections: maxConnections }
      return scene({ verb, input: { ...named, confirmed, maxConnections } }, change, true)
    }
    case 'move': {
      const port = 21_000 + round
      return scene({ verb, input: { ...named, confirmed, port } }, { port }, true)
    }
    case 'upgrade':
      await makeOtherImage(host, round)
      return scene({ verb, input: { ...named, confirmed } }, {}, true)
    case 'delete':
      return scene({ verb, input: { ...named, confirmed } }, null, true)
  }
}

/** One tenant in all rounds, deleted before each: its port is told to nobody else. */
const setRestore = async ({ panel }: Stage, entry: Tenant['allow'][number]): Promise<Scene> => {
  const { client } = panel
  const named = { name: 'back' }
  const given = { memoryMb: 16, allow: [entry], notes: 'back', tags: ['back'] }
  const isKnown = (await client.activity.list({ tenant: named.name, limit: 1 })).length > 0
  const isThere = (await client.tenant.list({})).some(({ name }) => name === named.name)
  if (!isKnown) await createTenant(panel, { ...named, ...given })
  else if (!isThere) await readWork(client.tenant.restore(named))
  const { id, port } = await client.tenant.show(named)
  await readWork(client.tenant.delete({ ...named, confirmed }))
  return { ...named, call: { verb: 'restore', input: named }, change: { ...given, id, port }, lossy: true }
}

/** The same image with another label is another image. */
const makeOtherImage = async (host: Host, round: number): Promise<void> => {
  const tag = 'memharbor/memcached:current'
  const script = `set -e; id=$(docker create ${tag}); docker commit -c "LABEL round=${round}" $id ${tag}; docker rm $id`
  const { status, stderr } = await host.exec(['sh', '-c', script])
  if (status !== 0) throw new Error(`the other image could not be made: ${stderr}`)
}
