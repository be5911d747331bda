import { useQuery } from '@tanstack/react-query'
import type { HostFacts } from '../../../contract/host.ts'
import { useQueries } from '../../rpc/use-queries.ts'
import { renderMegabytes } from '../../ui/quantities.ts'
import styles from './hosts.module.css'

/** How often a shown host is asked, in milliseconds. */
const everyMs = 10_000

/** The capacity of a host, asked for again while it is shown; the last answer stays when the next one fails. */
export function useHostFacts(name: string, connected: boolean) {
  return useQuery({
    ...useQueries().host.facts.queryOptions({ input: { name } }),
    enabled: connected,
    refetchInterval: everyMs,
  })
}

/** Memory, ports, tenants: a word and a figure each. */
export function HostFigures({ facts }: { readonly facts: HostFacts | undefined }) {
  if (facts === undefined) return <p className="quiet">Its capacity has not been observed yet.</p>
  const { memory, ports, tenants, versions } = facts
  const left = ports.to - ports.from + 1 - ports.taken - ports.keptBack
  return (
    <>
      <dl className={styles.figures}>
        <div>
          <dt>Memory</dt>
          <dd>
            <MemoryBar memory={memory} />
            {renderMegabytes(memory.promisedMb)} promised
            {memory.totalMb !== null && ` of ${renderMegabytes(memory.totalMb)}`}
            <div className="quiet">{describeRest(memory)}</div>
          </dd>
        </div>
        <div>
          <dt>Ports</dt>
          <dd>
            {left.toLocaleString('en')} left
            <div className="quiet">
              {ports.taken.toLocaleString('en')} taken, {ports.keptBack.toLocaleString('en')} kept back
            </div>
          </dd>
        </div>
        <div>
          <dt>Tenants</dt>
          <dd>
            {tenants.running === null ? '–' : `${tenants.running.toLocaleString('en')} running`}
            {tenants.running === null && (
              <div className="quiet">Not known which run: Docker did not say.</div>
            )}
            {tenants.other !== null && tenants.other > 0 && (
              <div className="quiet">{tenants.other.toLocaleString('en')} not running</div>
            )}
          </dd>
        </div>
      </dl>
      <ul className={styles.versions} aria-label="Versions">
        {versions.map(({ name, version }) => (
          <li key={name}>{name === 'System' ? version : `${name} ${version}`}</li>
        ))}
      </ul>
    </>
  )
}

/** `20.9 GB left to promise, 2.1 GB in use now`; what the host did not tell is left out. */
function describeRest({ promisableMb, usedMb }: HostFacts['memory']): string {
  return [
    promisableMb === null ? '' : `${renderMegabytes(promisableMb)} left to promise`,
    usedMb === null ? '' : `${renderMegabytes(usedMb)} in use now`,
  ]
    .filter(Boolean)
    .join(', ')
}

function MemoryBar({ memory }: { readonly memory: HostFacts['memory'] }) {
  const { totalMb, promisedMb } = memory
  if (totalMb === null || totalMb === 0) return null
  const share = Math.min(100, (100 * promisedMb) / totalMb)
  return (
    <div className={styles.bar} aria-hidden>
      <span style={{ width: `${share}%` }} />
    </div>
  )
}
