import { Progress, Text, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { describeUsable } from '../../ui/describe-usable.ts'
import {
  renderBytes,
  renderDuration,
  renderHitRatio,
  renderMegabytes,
  renderRate,
} from '../../ui/quantities.ts'
import { Card } from './card.tsx'
import { describeNoFigures, percentOf } from './figures.ts'
import styles from './figures-card.module.css'
import type { ShownFigures } from './use-tenant-figures.ts'

/** The cache as it is now. What is not observed is said in words and shown as a dash, never as a zero. */
export function FiguresCard({ tenant, shown }: { readonly tenant: Tenant; readonly shown: ShownFigures }) {
  const { figures, getRate, lastMinute, misses } = shown
  const held = figures?.connections ?? shown.held
  const usable = describeUsable(tenant)
  const none = describeNoFigures(tenant, misses > 0)
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
          value={number(held)}
          limit={tenant.maxConnections.toLocaleString('en')}
          percent={held === undefined ? undefined : percentOf(held, tenant.usableConnections)}
          note={usable}
        />
      </div>
      <div className={styles.figures}>
        <Figure
          name="Hit ratio"
          note="Of the last minute"
          beside={figures && renderHitRatio(figures.getHits, figures.getMisses)}
        >
          {lastMinute === undefined ? '–' : renderHitRatio(lastMinute.hits, lastMinute.misses)}
        </Figure>
        <Figure
          name="Evictions"
          note="Of the last minute: items dropped to make room"
          beside={figures && number(figures.evictions)}
        >
          {lastMinute === undefined ? '–' : renderRate(lastMinute.evictions / lastMinute.seconds)}
        </Figure>
        <Figure name="Gets">{getRate === undefined ? '–' : renderRate(getRate)}</Figure>
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

interface FigureProps {
  readonly name: string
  readonly note?: string | undefined
  /** The same since memcached began; undefined where it was not observed, or is the same. */
  readonly beside?: string | undefined
  readonly children: ReactNode
}

function Figure({ name, note, beside, children }: FigureProps) {
  return (
    <div className={styles.figure}>
      <span className={styles.name}>{name}</span>
      <Tooltip label={note} disabled={note === undefined}>
        <span className={styles.value}>{children}</span>
      </Tooltip>
      {beside !== undefined && <span className={styles.note}>{beside} since start</span>}
    </div>
  )
}

interface BoundedProps {
  readonly name: string
  readonly value: string
  readonly limit: string
  /** Undefined: not observed. */
  readonly percent: number | undefined
  readonly note?: string
}

function Bounded({ name, value, limit, percent, note = '' }: BoundedProps) {
  return (
    <div className={styles.bounded}>
      <span className={styles.name}>{name}</span>
      <span className={styles.value}>
        {value} <span className={styles.limit}>of {limit}</span>
      </span>
      {note !== '' && <span className={styles.note}>{note}</span>}
      <Progress
        value={percent ?? 0}
        size={5}
        color={percent !== undefined && percent >= 90 ? 'yellow' : undefined}
        aria-label={`${name}: ${value} of ${limit}`}
      />
    </div>
  )
}
