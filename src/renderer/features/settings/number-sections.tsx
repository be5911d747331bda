import {
  activityYearsRange,
  maxConnectionsRange,
  memoryMbRange,
  tenantPortRange,
} from '../../../contract/limits.ts'
import type { Settings } from '../../../contract/settings.ts'
import { WholeNumber } from '../../ui/whole-number.tsx'
import { Section } from './section.tsx'
import styles from './settings.module.css'
import { useNumbers } from './use-numbers.ts'

interface NumberSectionProps {
  readonly settings: Settings
}

const tenantRanges = { memoryMb: memoryMbRange, maxConnections: maxConnectionsRange }

/** The limits of a new tenant that asks for no others. */
export function NewTenants({ settings }: NumberSectionProps) {
  const { field, said, error } = useNumbers({
    stored: settings.newTenant,
    ranges: tenantRanges,
    toSettings: (newTenant) => ({ newTenant }),
  })
  return (
    <Section
      title="New tenants"
      hint="What a tenant gets when nothing else is said. Tenants that are there keep theirs."
      said={said}
      error={error}
    >
      <div className={styles.fields}>
        <WholeNumber label="Memory, MB" hideControls {...field('memoryMb')} />
        <WholeNumber label="Connections at once" hideControls {...field('maxConnections')} />
      </div>
    </Section>
  )
}

const portRanges = { from: tenantPortRange, to: tenantPortRange }

/** The two ends of a range, which are one setting. */
export function Ports({ settings }: NumberSectionProps) {
  const { field, said, error, wrong } = useNumbers({
    stored: settings.portRange,
    ranges: portRanges,
    findWrong: ({ from, to }) => (from > to ? `Not before ${from}` : undefined),
    toSettings: (portRange) => ({ portRange }),
  })
  return (
    <Section
      title="Ports"
      hint="For hosts that are prepared from now on. Hosts that are there keep theirs."
      said={said}
      error={error}
    >
      <div className={styles.fields}>
        <WholeNumber label="From" hideControls grouped={false} {...field('from')} />
        <WholeNumber label="To" hideControls grouped={false} error={wrong} {...field('to')} />
      </div>
    </Section>
  )
}

const activityRanges = { activityYears: activityYearsRange }

/** How long the activity is kept. */
export function OldActivity({ settings: { activityYears } }: NumberSectionProps) {
  const { field, said, error } = useNumbers({
    stored: { activityYears },
    ranges: activityRanges,
    toSettings: (years) => years,
  })
  return (
    <Section
      title="Activity"
      hint="The last 5,000 entries always stay. Older ones are exported first, into the folder “exported” beside the data of this program."
      said={said}
      error={error}
    >
      <div className={styles.fields}>
        <WholeNumber label="Kept for, years" hideControls {...field('activityYears')} />
      </div>
    </Section>
  )
}
