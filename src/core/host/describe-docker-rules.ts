import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'
import { findDoors } from './find-doors.ts'

/** The one way to bring Docker's own rules back. */
export const restartDocker =
  '`sudo systemctl restart docker` there makes them again. Caches that run go on until then; it restarts them, and what is in them is lost.'

/** The line for a host where another program flushed what Docker had written into the firewall. */
export function describeDockerRules(seen: Pick<HostObservation, 'facts' | 'docker' | 'helper'>): CheckLine[] {
  const gone = findDoors(seen)?.doors.goneOfDocker ?? []
  if (gone.length === 0) return []
  const sentence = `Docker's own rules are gone from the firewall, as after a flush by another program (missing: ${listNames(gone)}). Until they are back no container may start, and clients may not reach those that run.`
  return [line('Docker rules', 'bad', sentence, restartDocker)]
}
