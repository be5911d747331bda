import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useQueries } from '../rpc/use-queries.ts'

/** Makes the page light or dark as the settings say; `system` follows the desktop. */
export function ThemeFromSettings() {
  const { data: settings } = useQuery(useQueries().settings.get.queryOptions())
  const { setColorScheme } = useMantineColorScheme()
  const chosen = settings?.theme
  useEffect(() => {
    if (chosen !== undefined) setColorScheme(chosen === 'system' ? 'auto' : chosen)
  }, [chosen, setColorScheme])
  return null
}
