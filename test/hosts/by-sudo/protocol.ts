import { z } from 'zod'

const argv = z.array(z.string()).min(1).readonly()
const names = z.array(z.string()).readonly()
const timeoutMs = z.number().positive().exactOptional()

/** Actions of a host that take nothing and return nothing. */
const hostActions = [
  'startDocker',
  'stopDocker',
  'killDocker',
  'pauseDocker',
  'resumeDocker',
  'startSsh',
  'stopSsh',
  'cutSsh',
  'dropLink',
  'restoreLink',
  'stop',
] as const

const hostOptions = z.strictObject({
  name: z.string().exactOptional(),
  docker: z.boolean().exactOptional(),
  dockerArguments: names.exactOptional(),
  allowStreamLocalForwarding: z.boolean().exactOptional(),
  allowTcpForwarding: z.boolean().exactOptional(),
  inDockerGroup: z.boolean().exactOptional(),
  sudo: z.enum(['password', 'nopasswd', 'none']).exactOptional(),
  hide: names.exactOptional(),
  hostKeyFile: z.string().exactOptional(),
})

const rebootOptions = z.strictObject({
  kind: z.enum(['shutdown', 'power']).exactOptional(),
  units: names.exactOptional(),
})

const clientOptions = z.strictObject({ index: z.int().min(0).max(63), addresses: names.exactOptional() })

/** Hosts, clients and running programs are named by the numbers under which they were returned. */
const handle = z.int()

/** One question to the root process. */
const call = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('startHost'), options: hostOptions }),
  z.strictObject({ method: z.literal('startClient'), host: z.string(), options: clientOptions }),
  z.strictObject({ method: z.literal('clearLeftovers') }),
  z.strictObject({ method: z.literal('hostAction'), host: z.string(), action: z.enum(hostActions) }),
  z.strictObject({ method: z.literal('reboot'), host: z.string(), options: rebootOptions }),
  z.strictObject({ method: z.literal('replaceHostKey'), host: z.string() }),
  z.strictObject({
    method: z.literal('hostExec'),
    host: z.string(),
    argv,
    options: z.strictObject({
      input: z.string().exactOptional(),
      timeoutMs,
      user: z.string().exactOptional(),
    }),
  }),
  z.strictObject({
    method: z.literal('hostSpawn'),
    host: z.string(),
    argv,
    user: z.string().exactOptional(),
  }),
  z.strictObject({
    method: z.literal('clientExec'),
    client: handle,
    argv,
    options: z.strictObject({ input: z.string().exactOptional(), timeoutMs }),
  }),
  z.strictObject({ method: z.literal('clientSpawn'), client: handle, argv }),
  z.strictObject({ method: z.literal('clientStop'), client: handle }),
  z.strictObject({ method: z.literal('write'), running: handle, text: z.string() }),
  z.strictObject({ method: z.literal('waitFor'), running: handle, text: z.string(), timeoutMs }),
  z.strictObject({
    method: z.literal('runningAction'),
    running: handle,
    action: z.enum(['end', 'output', 'exited', 'kill']),
  }),
])
export type Call = z.infer<typeof call>

/** A line to the root process. */
export const request = z.strictObject({ id: z.int(), call })

/** A line from the root process: the value, or what went wrong in words. */
export const reply = z.union([
  z.strictObject({ id: z.int(), value: z.unknown() }),
  z.strictObject({ id: z.int(), error: z.string() }),
])

export const hostFacts = z.object({
  id: z.string(),
  name: z.string(),
  address4: z.string(),
  address6: z.string(),
  machineAddress4: z.string(),
  machineAddress6: z.string(),
  sshPort: z.literal(22),
  user: z.string(),
  sudoPassword: z.string(),
  identityFile: z.string(),
  encryptedIdentityFile: z.string(),
  passphrase: z.string(),
  hostKeyFile: z.string(),
  hostKeyFingerprint: z.string(),
  dockerSocket: z.string(),
})

export const clientFacts = z.object({
  client: handle,
  index: z.int(),
  address4: z.string(),
  address6: z.string(),
})

export const runResult = z.object({ status: z.number().nullable(), stdout: z.string(), stderr: z.string() })
