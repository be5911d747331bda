import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { listNames } from '../sentence/list-names.ts'

/** The one way to bring Docker's own rules back. */
export const restartDocker =
  '`sudo systemctl restart docker` there makes them again. Caches that run go on until then; it restarts them, and what is in them is lost.'

/** More are counted. */
const mostNamed = 5

/** The lines for a host where another program changed what Docker had written into the firewall. */
export function describeDockerRules({
  facts,
  docker,
  helper,
}: Pick<HostObservation, 'facts' | 'docker' | 'helper'>): CheckLine[] {
  // A Docker that does not run has its own line.
  if (facts.kind !== 'ok' || docker.kind !== 'ok' || helper.kind !== 'ok') return []
  if (!facts.value.dockerWritesRules) return []
  const { doors, places } = helper.value
  const gone = doors?.goneOfDocker ?? []
  if (gone.length > 0) {
    const sentence = `Docker's own rules are gone from the firewall, as after a flush by another program (missing: ${listNames(gone)}). Until they are back no container may start, and clients may not reach those that run.`
    return [line('Docker rules', 'bad', sentence, restartDocker)]
  }
  const names = new Map(places.map(({ name, port }) => [port, name]))
  const astray = (doors?.astray ?? []).map(({ port, to }) => ({
    name: names.get(port) ?? `port ${port}`,
    to,
  }))
  const [lost, misled] = [astray.filter(({ to }) => to === null), astray.filter(({ to }) => to !== null)]
  const after = 'as after another program loaded or flushed rules'
  return [
    ...describeAstray(misled, (whom) => {
      return `Docker's own rules lead the clients of ${whom} to another address, ${after}: where that is another tenant's, they read and write what is there.`
    }),
    ...describeAstray(lost, (whom) => {
      return `Docker's own rules lead nobody to ${whom}, ${after}: clients get no answer.`
    }),
  ]
}

function describeAstray(found: readonly { name: string }[], say: (whom: string) => string): CheckLine[] {
  if (found.length === 0) return []
  const named = listNames(found.slice(0, mostNamed).map(({ name }) => name))
  const rest = found.length > mostNamed ? `${named} and ${found.length - mostNamed} more` : named
  return [line('Docker rules', 'bad', say(rest), restartDocker)]
}
