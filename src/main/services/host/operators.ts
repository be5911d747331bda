import type { HostOperator } from '../../../contract/host.ts'
import { describeStanding } from '../../../core/operator/operator.ts'
import { type HostObservation, userOf } from '../../../domain/host-observation.ts'
import { listOperators } from '../../../domain/operators.ts'
import { describePrepareAction, type PrepareAction } from '../../../domain/prepare-plan.ts'
import { fail } from '../../../domain/problem-error.ts'
import type { RootAccess, RootSession } from '../../adapters/prepare/root-session.ts'
import type { ServiceContext } from '../context.ts'
import { beginOperation, endOperation } from '../operation/operation-log.ts'
import { toProblem } from '../operation/to-problem.ts'
import { silent } from '../progress.ts'
import { requireHost } from './find-host.ts'
import type { HostAccess } from './host-pool.ts'
import { observeHost } from './observe-host.ts'
import { openRoot } from './open-root.ts'
import { requireFiltered, requirePrepared } from './require-prepared.ts'

/**
 * Users who may run the helper on a host, and how they stand there.
 * @throws ProblemError HOST_NOT_PREPARED, HOST_LOOPBACK_ONLY, and what keeps the helper from answering
 */
export async function showOperators(
  context: ServiceContext,
  { name }: { name: string },
): Promise<HostOperator[]> {
  return listSeen(await observeHost(await openHost(context, name)))
}

export interface RemoveOperatorInput {
  readonly name: string
  readonly user: string
  readonly confirmed: boolean
  readonly sudoPassword?: string | undefined
}

/**
 * Takes the right to run the helper away from one operator: the rule in sudoers, then the name in the helper's records.
 * @throws ProblemError INVALID_INPUT for one who has no such right, CONFIRMATION_NEEDED for oneself, SUDO_PASSWORD_NEEDED,
 *   SUDO_PASSWORD_WRONG, SUDO_REFUSED, PREPARE_FAILED, and what showOperators throws
 */
export async function removeOperator(
  context: ServiceContext,
  { name, user, confirmed, sudoPassword }: RemoveOperatorInput,
): Promise<{ removed: HostOperator; left: HostOperator[] }> {
  const { host } = await openHost(context, name)
  // In one turn with preparing, which writes the same rules.
  return context.inTurn(`host ${host.id}`, async () => {
    const access = await openHost(context, name)
    const seen = await observeHost(access)
    const operators = listSeen(seen)
    const found = operators.find((operator) => operator.name === user)
    if (found === undefined) {
      const reason = `those who may run the helper on ${name} are: ${operators.map((each) => each.name).join(', ')}`
      return fail({ code: 'INVALID_INPUT', details: { field: 'operator', given: user, reason } })
    }
    if (found.isSelf && !confirmed) requireKnown(name, user)
    const session = await openRoot(access, userOf(seen), chooseRoot(seen, sudoPassword))
    try {
      await apply(context, access, session, user)
    } finally {
      session.close()
    }
    // A helper that runs already was let in before.
    if (found.isSelf) context.hosts.retire(host.id)
    return { removed: found, left: operators.filter((operator) => operator !== found) }
  })
}

async function openHost(context: ServiceContext, name: string): Promise<HostAccess> {
  const host = await context.store.read((db) => requireHost(db, name))
  requirePrepared(host)
  requireFiltered(host)
  return context.hosts.access(host)
}

function listSeen(seen: HostObservation): HostOperator[] {
  if (seen.helper.kind === 'failed') return fail(seen.helper.problem)
  return listOperators(seen).map(({ name, standing, other, isSelf }) => ({
    ...{ name, standing, isSelf },
    why: describeStanding(standing, other),
  }))
}

function requireKnown(host: string, user: string): never {
  const loses = `This panel is logged in to ${host} as ${user}. Without the rule it can no longer see or change who gets in there, nor take access away, until \`memharbor host prepare ${host}\` gives the rule back.`
  return fail({ code: 'CONFIRMATION_NEEDED', details: { loses } })
}

function chooseRoot(seen: HostObservation, password: string | undefined): RootAccess {
  if (seen.sudo.kind === 'password' && password === undefined)
    return fail({ code: 'SUDO_PASSWORD_NEEDED', details: { host: seen.host, user: userOf(seen) } })
  return { kind: 'sudo', password }
}

async function apply(
  context: ServiceContext,
  { host }: HostAccess,
  session: RootSession,
  user: string,
): Promise<void> {
  const action: PrepareAction = {
    kind: 'remove-operators',
    operators: [{ name: user, why: 'asked for' }],
  }
  const sentence = describePrepareAction(action)
  const subject = { kind: 'host operators', host, tenant: null, before: user }
  const operation = await context.store.write((db) =>
    beginOperation(db, context, subject, [{ kind: action.kind, sentence }]),
  )
  await context.running.enter(operation, silent, false, async () => {
    try {
      await session.request({ op: 'dismiss', operators: [user] }, sentence, () => {})
      await context.store.write((db) => endOperation(db, context.now(), operation, { kind: 'done' }))
    } catch (error) {
      const problem = toProblem(context.log, error)
      await context.store.write((db) =>
        endOperation(db, context.now(), operation, { kind: 'failed', problem, stepsDone: 0 }),
      )
      throw error
    }
  })
}
