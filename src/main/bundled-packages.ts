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
