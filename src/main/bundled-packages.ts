import type { Plugin } from 'vite'

/** Found as files in many folders, these cost a program half of its start; inside the bundle, next to nothing. */
export const bundledPackages = [
  ...[
    '@inquirer/confirm',
    '@inquirer/password',
    '@orpc/client',
    '@orpc/contract',
    '@orpc/server',
    'cli-table3',
  ],
  ...[
    'commander',
    'dockerode',
    'drizzle-orm',
    'env-paths',
    'execa',
    'ipaddr.js',
    'nanoid',
    'p-limit',
    'pino',
    'ws',
    'zod',
  ],
]

/** Docker's build sessions: dockerode loads what they need at its start, and nothing here builds an image by one. */
export const noBuildSessions: Plugin = {
  name: 'no-build-sessions',
  enforce: 'pre',
  resolveId: (source) =>
    ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'].includes(source)
      ? '\0no-build-sessions'
      : undefined,
  load: (id) => (id === '\0no-build-sessions' ? 'export {}' : undefined),
}
