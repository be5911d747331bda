import type { Client } from '../../../contract/router.ts'
import type { Loaded } from '../../rpc/use-loaded.ts'

type Program = Awaited<ReturnType<Client['program']['describe']>>

/** Where this program keeps what it knows. */
export function ProgramFacts({ program }: { readonly program: Loaded<Program> }) {
  switch (program.kind) {
    case 'loading':
      return <p className="quiet">Asking where data and secrets are kept.</p>
    case 'failed':
      return (
        <p className="notice failure" role="alert">
          {program.message}
        </p>
      )
    case 'loaded':
      return (
        <dl>
          <dt>Data</dt>
          <dd className="code">{program.value.dataDir}</dd>
          <dt>Secrets</dt>
          <dd>{program.value.secrets}</dd>
        </dl>
      )
  }
}
