import type { Host } from '../../../contract/host.ts'
import type { Loaded } from '../../rpc/use-loaded.ts'
import { describeMode, describeTarget } from './describe-host.ts'

/** The hosts with their state, or how to get one. */
export function HostList({ hosts }: { readonly hosts: Loaded<Host[]> }) {
  return (
    <section aria-labelledby="hosts">
      <h2 id="hosts">Hosts</h2>
      <HostListBody hosts={hosts} />
    </section>
  )
}

function HostListBody({ hosts }: { readonly hosts: Loaded<Host[]> }) {
  switch (hosts.kind) {
    case 'loading':
      return <p className="quiet">Reading the hosts.</p>
    case 'failed':
      return (
        <p className="notice failure" role="alert">
          {hosts.message}
        </p>
      )
    case 'loaded':
      return hosts.value.length === 0 ? <NoHost /> : <HostTable hosts={hosts.value} />
  }
}

function NoHost() {
  return (
    <div className="empty">
      <p>No host yet. Add a server that you reach over SSH:</p>
      <pre>memharbor host add NAME --ssh USER@ADDRESS</pre>
      <p>Or this computer's own Docker:</p>
      <pre>memharbor host add NAME --socket /var/run/docker.sock</pre>
    </div>
  )
}

function HostTable({ hosts }: { readonly hosts: readonly Host[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Reached by</th>
          <th scope="col">Ports</th>
          <th scope="col" className="number">
            Tenants
          </th>
        </tr>
      </thead>
      <tbody>
        {hosts.map((host) => (
          <tr key={host.id}>
            <th scope="row">{host.name}</th>
            <td>
              <span className={`state ${host.mode}`}>{describeMode(host.mode)}</span>
              {host.modeReason !== '' && <div className="quiet">{host.modeReason}</div>}
            </td>
            <td className="code">{describeTarget(host.target)}</td>
            <td className="code whole">
              {host.portRange.from}–{host.portRange.to}
            </td>
            <td className="number">{host.tenants}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
