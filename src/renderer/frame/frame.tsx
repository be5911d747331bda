import { AppShell } from '@mantine/core'
import { Router } from 'wouter'
import { UnsavedNotesProvider } from '../features/tenant/unsaved-notes.tsx'
import { TenantsDeskProvider } from '../features/tenants/desk.tsx'
import { ActionKeys } from './action-keys.tsx'
import { FilterBanner } from './filter-banner.tsx'
import styles from './frame.module.css'
import { useHashLocation } from './hash-location.ts'
import { LostBanner } from './lost-banner.tsx'
import { Navigation } from './navigation.tsx'
import { Notices } from './notices.tsx'
import { OthersLine } from './others-line.tsx'
import { Palette } from './palette.tsx'
import { Screens } from './screens.tsx'

/** The window: where to go on the left, the screen on the right, and what is true everywhere. */
export function Frame() {
  return (
    <Router hook={useHashLocation}>
      <AppShell navbar={{ width: 196, breakpoint: 0 }} className={styles.shell}>
        <AppShell.Navbar className={styles.navbar} aria-label="Main">
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main className={styles.main}>
          <LostBanner />
          <FilterBanner />
          <Notices />
          <OthersLine />
          <TenantsDeskProvider>
            <UnsavedNotesProvider>
              <Screens />
            </UnsavedNotesProvider>
          </TenantsDeskProvider>
        </AppShell.Main>
      </AppShell>
      <Palette />
      <ActionKeys />
    </Router>
  )
}
