import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { ActionsProvider } from './frame/actions.tsx'
import { FocusKeeper } from './frame/focus-keeper.tsx'
import { Frame } from './frame/frame.tsx'
import { MenuActions } from './frame/menu-actions.tsx'
import { ScreenGuard } from './frame/screen-guard.tsx'
import { readStyleNonce } from './frame/style-nonce.ts'
import { ThemeFromSettings } from './frame/theme-from-settings.tsx'
import type { PanelConnection } from './rpc/client.ts'
import { ClientProvider } from './rpc/client-context.tsx'
import { LiveProvider } from './rpc/live-context.tsx'
import { createQueryClient } from './rpc/query-client.ts'
import { theme } from './theme.ts'

/** Everything a screen needs around it, then the frame that shows the screens. */
export function App({ connection }: { readonly connection: PanelConnection }) {
  const [queries] = useState(createQueryClient)
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={readStyleNonce}>
      <QueryClientProvider client={queries}>
        <ClientProvider client={connection.client}>
          <LiveProvider connection={connection}>
            <ThemeFromSettings />
            <Notifications position="bottom-right" limit={4} />
            <ActionsProvider>
              <MenuActions onMenu={connection.onMenu} />
              <FocusKeeper />
              <ScreenGuard place="">
                <Frame />
              </ScreenGuard>
            </ActionsProvider>
          </LiveProvider>
        </ClientProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
