import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'

/** The one way to bring Docker's own rules back. */
export const restartDocker =
  '`sudo systemctl restart docker` there makes them again. Caches that run go on until then; it restarts them, and what is in them is lost.'

/** The line for a host where another program flushed what Docker had written into the firewall. */
export function describeDockerRules({
  facts,
  docker,
  helper,
}: Pick<HostObservation, 'facts' | 'docker' | 'helper'>): CheckLine[] {
  // A Docker that does not run has its own line.
  if (facts.kind !== 'ok' || docker.kind !== 'ok' || helper.kind !== 'ok') return []
  if (!facts.value.dockerWritesRules) return []
  const gone = helper.value.doors?.goneOfDocker ?? []
  if (gone.length === 0) return []
  const sentence = `Docker's own rules are gone from the firewall, as after a flush by another program (missing: ${listNames(gone)}). Until they are back no container may start, and clients may not reach those that run.`
  return [line('Docker rules', 'bad', sentence, restartDocker)]
}
