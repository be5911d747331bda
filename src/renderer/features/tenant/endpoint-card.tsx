import { Anchor, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { Tenant } from '../../../contract/tenant.ts'
import { Copy } from '../../ui/copy.tsx'
import { renderEndpoint } from '../../ui/endpoint.ts'
import { renderMoment } from '../../ui/quantities.ts'
import { Card } from './card.tsx'
import styles from './endpoint-card.module.css'

/** The kind of an address, as people call it. */
const nameKind = (address: string): string =>
  address.includes(':') ? 'IPv6' : /^[\d.]+$/.test(address) ? 'IPv4' : 'DNS'

interface EndpointCardProps {
  readonly tenant: Tenant
  /** For the way to the host's screen; undefined when that is not known. */
  readonly hostId: string | undefined
}

/** The endpoint for the tenant's programs, large enough to be read out on the telephone. */
export function EndpointCard({ tenant, hostId }: EndpointCardProps) {
  const { addresses, leftOut, port, host, createdAt } = tenant
  return (
    <Card title="Endpoint">
      {port === null || addresses.length === 0 ? (
        <Text className="quiet">
          {port === null
            ? 'The host has not given it a port yet.'
            : `Port ${port}; the address is not known.`}
        </Text>
      ) : (
        <ul className={styles.list}>
          {addresses.map((address, index) => (
            <li key={address} className={index === 0 ? styles.first : styles.other}>
              <span className={styles.kind}>{nameKind(address)}</span>
              <span className={styles.address}>
                {address.includes(':') ? `[${address}]` : address}
                <span className={styles.port}>:{port}</span>
              </span>
              <Copy value={renderEndpoint(address, port)} what={`${nameKind(address)} endpoint`} />
            </li>
          ))}
        </ul>
      )}
      {leftOut !== undefined && (
        <Text size="sm" mb="xs">
          {leftOut}
        </Text>
      )}
      <dl className={styles.facts}>
        {addresses[0] !== undefined && (
          <Fact name="Address">
            <span className="code">{addresses[0]}</span> <Copy value={addresses[0]} what="address" />
          </Fact>
        )}
        {port !== null && (
          <Fact name="Port">
            <span className="code">{port}</span> <Copy value={String(port)} what="port" />
          </Fact>
        )}
        <Fact name="Host">
          {hostId === undefined ? (
            host
          ) : (
            <Anchor component={Link} href={`/hosts/${hostId}`} fz={12}>
              {host}
            </Anchor>
          )}
        </Fact>
        <Fact name="Since">
          <span title={renderMoment(createdAt)}>{renderMoment(createdAt).split(',')[0]}</span>
        </Fact>
      </dl>
    </Card>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
