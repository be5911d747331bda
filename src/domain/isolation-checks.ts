import type { CheckLine } from '../contract/host.ts'
import { listNames } from '../core/sentence/list-names.ts'
import { describeJoined } from '../core/tenant/other-networks.ts'
import { line } from './check-line.ts'
import type { DockerFacts, HelperFacts } from './host-observation.ts'

/** Whether containers are kept from each other, and nothing else comes in by what the filter takes for their bridges. */
export function describeIsolation(
  { bridges, places, baseInPlace }: Pick<HelperFacts, 'bridges' | 'places' | 'baseInPlace'>,
  docker: Pick<DockerFacts, 'elsewhere' | 'guests' | 'resolving'> | null,
): CheckLine[] {
  if (docker === null) return describeBridges(bridges, false)
  const names = new Map(places.map(({ id, name }) => [id, name]))
  const alone = docker.elsewhere.length === 0 && docker.resolving.length === 0
  return [
    ...describeJoined(docker, names),
    ...describeResolving(docker.resolving, names),
    ...describeBridges(bridges, alone && baseInPlace),
  ]
}

/** Docker's resolver is inside the container's own network, where no filter of the host sees what is asked. */
function describeResolving(ids: readonly string[], names: ReadonlyMap<string, string>): CheckLine[] {
  if (ids.length === 0) return []
  const tenants = listNames(ids.map((id) => names.get(id) ?? id).sort())
  return [
    line(
      'Isolation',
      'note',
      `Made by an earlier Memharbor, so a program inside could ask Docker for names, also of the tenants beside it: ${tenants}.`,
      'An upgrade or a restart makes another container, which asks nobody, with an empty cache.',
    ),
  ]
}

/** @param held the filter is in place, no container of a tenant is joined to another network or may ask for names */
function describeBridges(bridges: HelperFacts['bridges'], held: boolean): CheckLine[] {
  if (bridges === null) return []
  const open = bridges.filter(({ ours, callsFilter }) => ours && !callsFilter)
  const strange = bridges.filter(({ ours }) => !ours)
  return [
    ...strange.map(({ name }) =>
      line(
        'Isolation',
        'bad',
        `Interface ${name} is no bridge of a tenant network, and the filter drops what comes in by it.`,
        'Give it a name that does not begin with mh.',
      ),
    ),
    ...open.map(({ name }) =>
      line(
        'Isolation',
        'bad',
        `Bridge ${name} is not set to filter what tenants on it send each other: they may reach each other, unless the system's own setting does.`,
        'The helper puts that right within 30 seconds. If it stays, see `journalctl -u memharbor-firewall`.',
      ),
    ),
    ...(held && open.length === 0 && bridges.some(({ ours }) => ours)
      ? [line('Isolation', 'good', 'Tenants reach neither each other nor anything else.')]
      : []),
  ]
}
