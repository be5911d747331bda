import { createHash } from 'node:crypto'
import type { PreparePlan } from '../../../contract/host.ts'
import { chooseNetwork } from '../../../core/host/choose-supernet.ts'
import { listSaved, planSaved } from '../../../core/host/describe-saved.ts'
import { parsePortRange } from '../../../core/host/parse-port-range.ts'
import { aliasReason, isAlias } from '../../../core/operator/operator.ts'
import { blameDocker } from '../../../domain/docker-checks.ts'
import { judgeMode, type KnownMode } from '../../../domain/host-mode.ts'
import { defaultImage } from '../../../domain/host-names.ts'
import { type HelperFacts, type HostObservation, userOf } from '../../../domain/host-observation.ts'
import type { PortRange } from '../../../domain/port-range.ts'
import {
  describePrepareAction,
  needsRoot,
  type PrepareAction,
  type PrepareWish,
  planPrepare,
  planUndo,
} from '../../../domain/prepare-plan.ts'
import { fail } from '../../../domain/problem-error.ts'
import { bundledHelper } from '../../adapters/prepare/bundled-helper.ts'
import type { HostAccess } from './host-pool.ts'
import { observeHost } from './observe-host.ts'
import { observeImageSource } from './observe-image-source.ts'

/** The operator's choices for preparing. */
export interface PrepareChoices {
  readonly undo?: boolean | undefined
  /** Undoing goes on beside saved firewalls that name the filter. */
  readonly keepSaved?: boolean | undefined
  readonly portRange?: PortRange | undefined
  /** The network for the containers of tenants, `10.213.0.0/16`. */
  readonly supernet?: string | undefined
  readonly image?: string | undefined
  readonly loopback?: boolean | undefined
}

/** A plan together with what it was made from. */
export interface DraftedPrepare {
  readonly seen: HostObservation
  readonly actions: readonly PrepareAction[]
  readonly range: PortRange
  /** Tenants may only be published on that computer, and why. */
  readonly loopback: { readonly reason: string } | null
  readonly plan: PreparePlan
}

/**
 * Looks at the host and plans; changes nothing.
 * @param known what the store has of the host: its mode and its tenants
 * @param usual the range for a host that has none yet and for which none was asked
 * @throws ProblemError PORT_RANGE_INVALID, SUPERNET_INVALID, FILTER_UNCLEAR, MODE_KEPT where the mode is not to change, SUDO_OVERRULED, and what keeps a part from being seen
 */
export async function draftPrepare(
  access: HostAccess,
  choices: PrepareChoices,
  known: KnownMode,
  usual: PortRange,
): Promise<DraftedPrepare> {
  const seen = await observeHost(access)
  if (seen.facts.kind === 'failed' && seen.link === 'ssh') fail(seen.facts.problem)
  if (choices.undo === true) requireDockerSeen(seen)
  if (choices.undo !== true && choices.loopback !== true) {
    requireNotOverruled(seen)
    requireLoginName(seen)
  }
  // Taking the filter away needs root, whatever tenants are published on.
  const loopback = choices.undo === true ? null : requireMode(seen, known, choices.loopback === true)
  // Without a filter only Docker is changed, and a Mac or a Windows computer does not tell what a server does.
  const changesFilter = choices.undo === true ? known.mode === 'filtered' : loopback === null
  if (seen.facts.kind === 'failed' && changesFilter) fail(seen.facts.problem)
  const range = chooseRange(seen, choices, usual)
  const actions =
    choices.undo === true
      ? planUndo(seen)
      : planPrepare(seen, await chooseWish(access, seen, range, loopback, choices))
  const root = actions.some((action) => needsRoot(action, loopback === null))
  const saved = changesFilter ? planSaved(access.host.name, listSaved(seen), choices.undo === true) : []
  const plan: PreparePlan = {
    steps: actions.map((action) => ({ kind: action.kind, sentence: describePrepareAction(action) })),
    fingerprint: createHash('sha256')
      .update(JSON.stringify(saved.length === 0 ? actions : [actions, saved]))
      .digest('hex'),
    needsSudoPassword: root && seen.sudo.kind === 'password',
    saved,
  }
  return { seen, actions, range, loopback, plan }
}

/** The helper's rule is there already, so preparing would end where it began. */
function requireNotOverruled({ helper }: HostObservation): void {
  if (helper.kind === 'failed' && helper.problem.code === 'SUDO_OVERRULED') fail(helper.problem)
}

/** A rule for ALL would be everybody's. */
function requireLoginName(seen: HostObservation): void {
  const given = userOf(seen)
  if (!isAlias(given)) return
  fail({ code: 'INVALID_INPUT', details: { field: 'login name', given, reason: aliasReason } })
}

/** Null: with a filter. */
function requireMode(seen: HostObservation, known: KnownMode, chosen: boolean): DraftedPrepare['loopback'] {
  const verdict = judgeMode(seen, known, chosen)
  const { host } = seen
  switch (verdict.kind) {
    case 'filtered':
      return null
    case 'loopback':
      return { reason: verdict.reason }
    case 'unclear':
      return fail({ code: 'FILTER_UNCLEAR', details: { host, reason: verdict.reason } })
    case 'kept': {
      const { mode, reason, tenants } = verdict
      return fail({ code: 'MODE_KEPT', details: { host, mode, reason, tenants } })
    }
  }
}

/** A Docker that is installed and does not answer may have tenants, networks and an image: nothing is known of them. */
function requireDockerSeen({ facts, docker }: HostObservation): void {
  const isAbsent = facts.kind === 'ok' && !facts.value.dockerProgram
  if (docker.kind === 'failed' && !isAbsent) fail(blameDocker(docker.problem, facts.kind === 'ok'))
}

/** A helper keeps the range beside its records, for when those are damaged. */
const hasRange = ({ configured, condition }: HelperFacts): boolean => configured || condition === 'damaged'

/** The range asked for, else the one in force, else the usual; checked against what the host needs for itself. */
function chooseRange(
  seen: HostObservation,
  { portRange, undo }: PrepareChoices,
  usual: PortRange,
): PortRange {
  const inForce = seen.helper.kind === 'ok' && hasRange(seen.helper.value) ? seen.helper.value.range : usual
  const wanted = portRange ?? inForce
  if (undo === true) return wanted
  if (seen.facts.kind === 'failed') return parsePortRange(seen.host, wanted)
  const { ephemeral, reservedPorts, listeners } = seen.facts.value
  const ours = new Set(seen.docker.kind === 'ok' ? seen.docker.value.publishedPorts : [])
  const others = listeners.map(({ port }) => port).filter((port) => !ours.has(port))
  return parsePortRange(seen.host, wanted, ephemeral, { reservedPorts, listeners: others })
}

async function chooseWish(
  access: HostAccess,
  seen: HostObservation,
  range: PortRange,
  loopback: { reason: string } | null,
  { image, supernet }: PrepareChoices,
): Promise<PrepareWish> {
  const imageReference = image ?? defaultImage
  const missing = image !== undefined || seen.docker.kind === 'failed' || seen.docker.value.image === null
  return {
    loopback: loopback !== null,
    range,
    supernet: chooseNetwork(seen, supernet),
    imageReference,
    imageSource: missing
      ? await observeImageSource(
          access,
          { reference: imageReference, isNamed: image !== undefined },
          seen.docker.kind === 'ok',
        )
      : { kind: 'none', why: '' },
    replaceImage: image !== undefined,
    bundled: bundledHelper,
  }
}
