import { QueryClient } from '@tanstack/react-query'

/** Answers of this computer's own program: asked again when the window gets the focus, never retried behind one's back. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', staleTime: 2_000, refetchOnWindowFocus: true },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}
