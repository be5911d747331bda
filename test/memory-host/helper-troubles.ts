import type { HelperReply } from '../../src/main/adapters/netfilter/replies.ts'
import type { HelperRequest } from '../../src/main/adapters/netfilter/requests.ts'
import type { MemoryHelper } from './memory-helper.ts'

type Listeners = HelperReply<'listeners'>

/** Troubles of a host that its helper meets, to bring and to take away while it runs. */
export interface HelperTroubles {
  /** Why its records cannot be used, as the helper says it; null: they can. */
  damage: string | null
  /** Its disk takes nothing any more. */
  diskIsFull: boolean
  /** Addresses that are listened on, by the port of a tenant, where it is not as Docker does it. */
  readonly heard: Map<number, readonly string[]>
  /** Programs in the port range that are not Docker's on behalf of a tenant. */
  programs: Listeners['programs']
}

export const noTroubles = (): HelperTroubles => ({
  ...{ damage: null, diskIsFull: false, heard: new Map(), programs: [] },
})

type Refuse = (op: HelperRequest['op'], code: string, message: string, details: object) => never

/** The answers of a helper whose host has troubles, in the words of the real one. */
export function answerInTrouble(
  troubles: HelperTroubles,
  { answer, state, unrecorded }: Pick<MemoryHelper, 'answer' | 'state' | 'unrecorded'>,
  refuse: Refuse,
): MemoryHelper['answer'] {
  function answerDamaged(request: HelperRequest, reason: string): unknown {
    const unknown = { hostId: null, revision: null, history: null, reservedMb: null, operatorKnown: false }
    switch (request.op) {
      case 'hello':
        return { ...(answer(request) as object), ...unknown, configured: false, state: 'damaged' }
      case 'observe':
        return { ...(answer(request) as object), condition: 'damaged', state: null }
      default: {
        const message = `/var/lib/memharbor/state.json is damaged: ${reason}`
        const closes = request.op === 'close' ? { closed: 'repair' } : {}
        return refuse(request.op, 'state', message, { condition: 'damaged', reason, ...closes })
      }
    }
  }

  function answerFull(request: HelperRequest): unknown {
    const details = { reason: 'No space left on device' }
    switch (request.op) {
      case 'observe':
        return { ...(answer(request) as object), unwritable: 'its disk is full' }
      case 'close': {
        const { tenantId, cidrs } = request
        unrecorded[tenantId] = [...new Set([...(unrecorded[tenantId] ?? []), ...(cidrs ?? ['*'])])].sort()
        const words = 'It is closed in the filter only, until the host is booted'
        const message = `${words}: /var/lib/memharbor cannot be written: ${details.reason}.`
        return refuse('close', 'disk', message, { ...details, closed: 'boot' })
      }
      case 'reserve':
      case 'put':
      case 'remove': {
        const message = `/var/lib/memharbor/journal cannot be written: ${details.reason}.`
        return refuse(request.op, 'disk', message, details)
      }
      default:
        return answer(request)
    }
  }

  /** Once the records say it too, nothing is closed in the filter alone. */
  function dropRecorded(): void {
    for (const [id, closed] of Object.entries(unrecorded)) {
      const held = state.tenants[id]
      const letIn = new Set([...(held?.allow ?? []).map(({ cidr }) => cidr), ...(held?.open ? ['*'] : [])])
      const left = closed.filter((key) => letIn.has(key))
      if (left.length === 0) delete unrecorded[id]
      else unrecorded[id] = left
    }
  }

  return (request) => {
    if (troubles.damage !== null) return answerDamaged(request, troubles.damage)
    const reply = troubles.diskIsFull ? answerFull(request) : answer(request)
    if (request.op === 'close' || request.op === 'put' || request.op === 'remove') dropRecorded()
    if (request.op !== 'listeners') return reply
    const { unusual, ...rest } = reply as Listeners
    const odd = [...troubles.heard].map(([port, addresses]) => ({ port, addresses: [...addresses] }))
    const usual = unusual.filter(({ port }) => !troubles.heard.has(port))
    return { ...rest, unusual: [...usual, ...odd], programs: request.deep ? troubles.programs : [] }
  }
}
