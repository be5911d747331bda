import { Progress, Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { renderBytes, renderDuration, renderHitRatio, renderMegabytes } from '../../ui/quantities.ts'
import { Card } from './card.tsx'
import { canHaveFigures, describeNoFigures, percentOf, renderRate } from './figures.ts'
import styles from './figures-card.module.css'
import type { ShownFigures } from './use-tenant-figures.ts'

/** The cache as it is now. What is not observed is said in words and shown as a dash, never as a zero. */
export function FiguresCard({ tenant, shown }: { readonly tenant: Tenant; readonly shown: ShownFigures }) {
  const { figures, rates, misses } = shown
  const none = misses > 0 && canHaveFigures(tenant) ? 'memcached does not answer.' : describeNoFigures(tenant)
  const number = (count: number | undefined): string => count?.toLocaleString('en') ?? '–'
  return (
    <Card title="Now" beside={<Beside>{figures === undefined ? none : 'every 2 s'}</Beside>}>
      <div className={styles.limits}>
        <Bounded
          name="Memory"
          value={figures === undefined ? '–' : renderBytes(figures.usedBytes)}
          limit={figures === undefined ? renderMegabytes(tenant.memoryMb) : renderBytes(figures.limitBytes)}
          percent={figures && percentOf(figures.usedBytes, figures.limitBytes)}
        />
        <Bounded
          name="Connections"
          value={number(figures?.connections)}
          limit={tenant.maxConnections.toLocaleString('en')}
          percent={figures && percentOf(figures.connections, tenant.maxConnections)}
        />
      </div>
      <div className={styles.figures}>
        <Figure name="Hit ratio" note={figures && `${number(figures.getHits)} hits`}>
          {figures === undefined ? '–' : renderHitRatio(figures.getHits, figures.getMisses)}
        </Figure>
        <Figure name="Gets">{rates === undefined ? '–' : renderRate(rates.gets)}</Figure>
        <Figure
          name="Evictions"
          note={rates && rates.evictions > 0 ? renderRate(rates.evictions) : undefined}
        >
          {number(figures?.evictions)}
        </Figure>
        <Figure name="Items">{number(figures?.items)}</Figure>
        <Figure name="Uptime">
          {figures === undefined ? '–' : renderDuration(figures.uptimeSeconds * 1000)}
        </Figure>
        <Figure name="Version" note="of memcached">
          {figures?.version ?? '–'}
        </Figure>
      </div>
    </Card>
  )
}

function Beside({ children }: { readonly children: ReactNode }) {
  return (
    <Text size="xs" className="quiet">
      {children}
    </Text>
  )
}

function Figure({ name, note, children }: { name: string; note?: string | undefined; children: ReactNode }) {
  return (
    <div className={styles.figure}>
      <span className={styles.name}>{name}</span>
      <Tooltip label={note} disabled={note === undefined}>
        <span className={styles.value}>{children}</span>
      </Tooltip>
    </div>
  )
}

interface BoundedProps {
  readonly name: string
  readonly value: string
  readonly limit: string
  /** Undefined: not observed. */
  readonly percent: number | undefined
}

function Bounded({ name, value, limit, percent }: BoundedProps) {
  return (
    <div className={styles.bounded}>
      <span className={styles.name}>{name}</span>
      <span className={styles.value}>
        {value} <span className={styles.limit}>of {limit}</span>
      </span>
      <Progress
        value={percent ?? 0}
        size={5}
        color={percent !== undefined && percent >= 90 ? 'yellow' : undefined}
        aria-label={`${name}: ${value} of ${limit}`}
      />
    </div>
  )
}
