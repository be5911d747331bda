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
    'ssh2',
    'ws',
    'zod',
  ],
]

/** Docker's build sessions: dockerode loads what they need at its start, and nothing here builds an image by one. */
const buildSessions = ['@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs']

/** The native parts of ssh2: `allowScripts` keeps npm from building them, and ssh2 takes Node's own ciphers then. */
const nativeParts = ['cpu-features', './crypto/build/Release/sshcrypto.node']

const nothing = '\0left-out'
const missing = '\0left-out-native'

/** Packages that are bundled ask for these, and the program goes without. */
export const leftOut: Plugin = {
  name: 'left-out',
  enforce: 'pre',
  resolveId(source) {
    if (buildSessions.includes(source)) return nothing
    return nativeParts.includes(source) ? missing : undefined
  },
  load(id) {
    if (id === nothing) return 'export {}'
    return id === missing ? "throw new Error('it is not built')\nmodule.exports = {}" : undefined
  },
}
