import type { Client } from '../contract/router.ts'
import { HostList } from './features/host/host-list.tsx'
import { ProgramFacts } from './features/program/program-facts.tsx'
import { useLoaded } from './rpc/use-loaded.ts'

/** All there is to see: the hosts, and what the program says about itself. */
export function Page({ client }: { readonly client: Client }) {
  const hosts = useLoaded(client.host.list)
  const program = useLoaded(client.program.describe)
  return (
    <>
      <header>
        <h1>Memharbor</h1>
        {program.kind === 'loaded' && <span className="quiet">{program.value.version}</span>}
      </header>
      <main>
        {program.kind === 'loaded' && program.value.storeWarning !== '' && (
          <p className="notice warning" role="alert">
            {program.value.storeWarning}
          </p>
        )}
        <HostList hosts={hosts} />
      </main>
      <footer>
        <ProgramFacts program={program} />
      </footer>
    </>
  )
}
