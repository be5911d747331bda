import type { Tenant } from '../../../contract/tenant.ts'
import { describePending, describeUnderWay } from '../../ui/pending.ts'
import { renderTime } from '../../ui/quantities.ts'

/** The sentence about a tenant's state, and the step that it asks for; undefined when all is well. */
export interface StateAdvice {
  readonly tone: 'note' | 'warning' | 'bad'
  readonly what: string
  readonly todo: string
  /** The way offered beside the sentence; a button at the top of the screen is not offered again. */
  readonly offer: 'host' | 'allow' | 'log' | 'limit' | 'resize' | undefined
}

/** A filter that is closed lets nobody in, also where its host cannot write that down. */
const describeUntilThen = ({ pending }: Tenant): string =>
  pending.every(({ closed }) => closed) ? '' : 'Until then who was let in may still get in.'

/** Facts that decide too and are not in a tenant's view. */
interface StateHints {
  /** Its host was put back to an older state and has it otherwise. */
  readonly putBack?: boolean
  /** Its host is another server than before, which nobody has taken yet. */
  readonly replaced?: boolean
}

/** Clients that close some of theirs help as well, and lose nothing. */
const raising = 'Raise the limit, which makes it anew with an empty cache, or have its clients hold fewer.'

/** While access is not closed for certain, that comes first: it is the only thing that somebody else can use. */
export function adviseOnState(tenant: Tenant, hints: StateHints = {}): StateAdvice | undefined {
  const { putBack = false, replaced = false } = hints
  const { state, health, why, faults, leftover, host, allow, openToAnyone } = tenant
  const say = (tone: StateAdvice['tone'], what: string, todo: string, offer?: StateAdvice['offer']) => ({
    tone,
    what: why === '' ? what : why,
    todo,
    offer,
  })
  const pending = describePending(tenant, renderTime, replaced)
  // A closing does not close that, so it is never left out behind one.
  if (faults.includes('network') && !(openToAnyone && state === 'running')) {
    return say('bad', '', pending === '' ? '' : describeUntilThen(tenant), 'host')
  }
  if (pending !== '' && leftover === null) {
    return { tone: 'bad', what: pending, todo: describeUntilThen(tenant), offer: 'host' }
  }
  const underWay = describeUnderWay(tenant)
  if (underWay !== '' && leftover === null) {
    const todo = 'Until its host has confirmed that, who was let in may still get in.'
    return { tone: 'note', what: underWay, todo, offer: undefined }
  }
  if (putBack) return say('warning', '', '', 'host')
  // A tenant without its listener cannot answer either.
  if (faults.includes('listener') && !openToAnyone) return say('bad', '', '')
  if (state === 'running' || state === 'suspended') {
    if (health === 'unresponsive') {
      return say('bad', '', 'The log says more; a restart makes it anew, with an empty cache.', 'log')
    }
    // Its cache is well, and a restart would empty it for nothing.
    if (health === 'connections-exhausted' && !openToAnyone) return say('warning', '', raising, 'limit')
  }
  switch (state) {
    case 'creating':
      return say('note', 'It is being made.', '')
    case 'deleting':
      return say('note', 'It is being deleted.', '')
    case 'suspended':
      return say('note', 'The filter lets nobody in.', 'Resume lets the allowed addresses in again.')
    case 'stopped':
      // A restart comes to nothing as long as another program has the port, which its reason says.
      if (faults.includes('port-taken')) return say('bad', '', 'A restart begins with an empty cache.')
      return say('bad', 'Its container does not run.', 'Restart starts it, with an empty cache.')
    case 'failed':
      // Its reason says what becomes of it.
      if (leftover !== null) return say('bad', '', pending === '' ? '' : describeUntilThen(tenant), 'host')
      return say('bad', 'Something is wrong with it.', 'The log says more; a restart makes it anew.')
    case 'unknown':
      return say('warning', `${host} is not reached.`, `What is shown is what was asked for.`, 'host')
    case 'running':
      if (openToAnyone) {
        const open = 'Open to anyone on the internet: memcached asks for no password.'
        const what = faults.length === 0 ? open : `${open} ${why}`
        return { tone: 'bad', what, todo: 'Remove the entries that cover everything.', offer: undefined }
      }
      if (health === 'full' && faults.length === 0) return say('note', '', '', 'resize')
      if (why !== '') return say('warning', '', '', faults.includes('cache-limit') ? 'resize' : undefined)
      if (allow.length > 0) return undefined
      return { tone: 'note', what: 'Nobody gets in yet.', todo: 'Add an address.', offer: 'allow' }
  }
}
