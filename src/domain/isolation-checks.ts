import type { CheckLine } from '../contract/host.ts'
import { describeJoined } from '../core/tenant/other-networks.ts'
import { line } from './check-line.ts'
import type { DockerFacts, HelperFacts } from './host-observation.ts'

/** Whether containers are kept from each other, and nothing else comes in by what the filter takes for their bridges. */
export function describeIsolation(
  { bridges, places, baseInPlace }: Pick<HelperFacts, 'bridges' | 'places' | 'baseInPlace'>,
  docker: Pick<DockerFacts, 'elsewhere' | 'guests'> | null,
): CheckLine[] {
  const names = new Map(places.map(({ id, name }) => [id, name]))
  const joined = docker === null ? [] : describeJoined(docker, names)
  const alone = docker !== null && docker.elsewhere.length === 0
  return [...joined, ...describeBridges(bridges, alone && baseInPlace)]
}

/** @param held the filter is in place, and no container of a tenant is joined to another network, as far as was seen */
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
        `Bridge ${name} does not pass the filter: tenants on it can reach each other.`,
        'The helper puts that right within 30 seconds. If it stays, see `journalctl -u memharbor-firewall`.',
      ),
    ),
    ...(held && open.length === 0 && bridges.some(({ ours }) => ours)
      ? [line('Isolation', 'good', 'Tenants reach neither each other nor anything else.')]
      : []),
  ]
}
