import { Kbd, NavLink, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { Activity, Anchor, Database, Server, Settings, TriangleAlert } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import type { Tenant } from '../../contract/tenant.ts'
import { isAlarming } from '../../contract/tenant-health.ts'
import { listTroubles } from '../rpc/host-trouble.ts'
import { useLive } from '../rpc/live-context.tsx'
import type { LiveState } from '../rpc/live-state.ts'
import { countHealth } from '../ui/health.ts'
import styles from './navigation.module.css'
import { openPalette } from './palette.tsx'

const countTenants = ({ tenants }: LiveState): number => tenants.length
/** Of a list that did not change nothing is counted again. */
const counted = new WeakMap<readonly Tenant[], string>()
function describeCare({ tenants }: LiveState): string {
  const known = counted.get(tenants)
  if (known !== undefined) return known
  const said = countHealth(tenants, isAlarming).join(', ')
  counted.set(tenants, said)
  return said
}
const countHosts = ({ hosts }: LiveState): number => hosts.length
const countRunning = ({ operations }: LiveState): number =>
  operations.filter(({ outcome }) => outcome === 'running').length

/** Where one can go, with how much there is. */
export function Navigation() {
  const tenants = useLive(countTenants)
  const hosts = useLive(countHosts)
  const running = useLive(countRunning)
  const troubles = useLive(listTroubles)
  const care = useLive(describeCare)
  const os = useOs()
  return (
    <Stack gap={2} p="xs" h="100%">
      <div className={styles.brand}>
        <Anchor size={16} aria-hidden />
        <Text component="span" fw={650} size="md">
          Memharbor
        </Text>
      </div>
      <Place
        to="/tenants"
        label="Tenants"
        icon={<Database size={15} aria-hidden />}
        count={tenants}
        warning={care}
      />
      <Place
        to="/hosts"
        label="Hosts"
        icon={<Server size={15} aria-hidden />}
        count={hosts}
        warning={troubles}
      />
      <Place
        to="/activity"
        label="Activity"
        icon={<Activity size={15} aria-hidden />}
        note={running === 0 ? '' : `${running} running`}
      />
      <Place to="/settings" label="Settings" icon={<Settings size={15} aria-hidden />} />
      <UnstyledButton className={styles.palette} mt="auto" onClick={openPalette}>
        <span>Find anything</span>
        <Kbd size="xs">{os === 'macos' ? '⌘ K' : 'Ctrl K'}</Kbd>
      </UnstyledButton>
    </Stack>
  )
}

interface PlaceProps {
  readonly to: string
  readonly label: string
  readonly icon: React.ReactNode
  readonly count?: number
  readonly note?: string
  /** Something is wrong there: said beside the place, and in words for who cannot see it. */
  readonly warning?: string
}

function Place({ to, label, icon, count, note = '', warning = '' }: PlaceProps) {
  const [location] = useLocation()
  const active = location === to || location.startsWith(`${to}/`)
  const beside = note !== '' ? note : count === undefined || count === 0 ? '' : count.toLocaleString('en')
  return (
    <NavLink
      component={Link}
      href={to}
      label={label}
      leftSection={icon}
      active={active}
      aria-current={active ? 'page' : undefined}
      title={warning === '' ? undefined : warning}
      rightSection={
        <span className={styles.count}>
          {warning !== '' && <TriangleAlert className={styles.warning} size={12} aria-hidden />}
          {beside}
          {warning !== '' && <VisuallyHidden component="span">, {warning}</VisuallyHidden>}
        </span>
      }
      className={styles.place}
    />
  )
}
