import type { Doors } from '../../domain/doors.ts'
import type { DockerFacts, HelperFacts, HostFacts, HostObservation } from '../../domain/host-observation.ts'

/** Docker's own rules as the helper saw them, and what else of the host they are judged by. */
export interface SeenDoors
  extends Pick<HelperFacts, 'places'>,
    Pick<DockerFacts, 'elsewhere'>,
    Pick<HostFacts, 'userlandProxy'> {
  readonly doors: Doors
}

/**
 * Null where Docker writes no rules, or where a part of it could not be seen: so it is while both backends of iptables hold
 * rules, of which one is looked at, and Docker's own may be in the other.
 */
export function findDoors({
  facts,
  docker,
  helper,
}: Pick<HostObservation, 'facts' | 'docker' | 'helper'>): SeenDoors | null {
  // A Docker that does not run has its own line.
  if (facts.kind !== 'ok' || docker.kind !== 'ok' || helper.kind !== 'ok') return null
  const { doors, places, bothBackends } = helper.value
  if (!facts.value.dockerWritesRules || doors === null || bothBackends) return null
  return { doors, places, elsewhere: docker.value.elsewhere, userlandProxy: facts.value.userlandProxy }
}
