import { type DataSurvival, dataSurvival, dataSurvivalSentences } from '../../../../contract/data-survival.ts'
import type { Tenant } from '../../../../contract/tenant.ts'
import type { TenantDialog } from './tenant-dialog.ts'

/** One thing that can be done with a tenant, wherever it is offered: button, menu, palette, settings. */
export interface TenantAction {
  readonly id: string
  readonly title: string
  readonly survival: DataSurvival
  /** The effect on the data, in a sentence. */
  readonly sentence: string
  /** Whether a question comes first: `Resize…`. */
  readonly asks: boolean
  /** False while the tenant is made, deleted or changed; a change does not keep from taking access away. */
  readonly ready: boolean
  readonly keys?: string
  readonly run: () => void
}

interface TenantActionHandlers {
  readonly suspend: () => void
  readonly resume: () => void
  readonly restart: () => void
  readonly upgrade: () => void
  readonly open: (dialog: TenantDialog) => void
}

const titles = {
  suspend: 'Suspend',
  resume: 'Resume',
  resize: 'Resize',
  rename: 'Rename',
  restart: 'Restart',
  flush: 'Flush',
  limit: 'Change the connection limit',
  move: 'Change the port',
  upgrade: 'Upgrade',
  delete: 'Delete',
} as const

type ActionId = keyof typeof titles

/**
 * The actions that make sense in the tenant's state, in the order of a menu: those that lose nothing first.
 * @param available whether an upgrade would change anything; undefined: not known
 */
export function listTenantActions(
  { state, suspended, leftover }: Tenant,
  busy: boolean,
  { suspend, resume, restart, upgrade, open }: TenantActionHandlers,
  available?: boolean,
): TenantAction[] {
  const isThere = leftover === null && state !== 'creating' && state !== 'deleting'
  const action = (id: ActionId, run: () => void, keys?: string, asks = false): TenantAction => {
    const ready = isThere && (id === 'suspend' || !busy)
    const base = { id, title: titles[id], asks, ...describeSurvival(id, available), ready, run }
    return keys === undefined ? base : { ...base, keys }
  }
  const ask = (dialog: ActionId & TenantDialog, keys?: string): TenantAction =>
    action(dialog, () => open(dialog), keys, true)
  return [
    ...(suspended ? [] : [action('suspend', suspend, 'mod+alt+S')]),
    // Of one that is not seen to run nobody can tell that its host lets anybody in.
    ...(state === 'running' ? [] : [action('resume', resume, suspended ? 'mod+alt+S' : undefined)]),
    ask('resize'),
    ask('rename'),
    // A tenant that does not run has lost its cache already.
    state === 'stopped' ? action('restart', restart, 'mod+alt+R') : ask('restart', 'mod+alt+R'),
    ask('flush'),
    ask('limit'),
    ask('move'),
    // The router asks, if there is anything to lose.
    action('upgrade', upgrade),
    ask('delete'),
  ]
}

function describeSurvival(
  id: ActionId,
  available: boolean | undefined,
): Pick<TenantAction, 'survival' | 'sentence'> {
  if (id === 'resize') {
    return { survival: 'some', sentence: 'Growing keeps the data; shrinking drops what does not fit.' }
  }
  if (id === 'upgrade' && available === false) {
    return { survival: 'kept', sentence: 'Nothing would change, so the data is kept.' }
  }
  return { survival: dataSurvival[id], sentence: dataSurvivalSentences[dataSurvival[id]] }
}
