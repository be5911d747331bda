// Loaded beforehand: short time limits of a test leave no room for it.
import '../../src/main/adapters/docker/dockerode.ts'
import '../../src/main/adapters/ssh/connection.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import type { Problem } from '../../src/contract/problem.ts'
import type { Progress } from '../../src/contract/progress.ts'
import type { Client } from '../../src/contract/router.ts'
import type { Tenant } from '../../src/contract/tenant.ts'
import { readProblem } from '../../src/main/cli/command-problem.ts'
import { type ComposeOptions, compose } from '../../src/main/compose.ts'
import { type RouterContext, router } from '../../src/main/router.ts'
import type { HostFacts } from '../hosts/host.ts'

/** The whole program on a store of its own, as a shell would have it, and the client that shells use. */
export interface Panel {
  readonly client: Client
  readonly context: RouterContext
  readonly dataDir: string
  /** Ends the program; the store stays for the next one. */
  close(): Promise<void>
  /** Ends the program and removes its store. */
  stop(): Promise<void>
}

/**
 * @param dataDir an existing store, of a panel that was closed
 * @param options what only tests compose in
 */
export const openPanel = async (dataDir?: string, options: ComposeOptions = {}): Promise<Panel> => {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'memharbor-test-')))
  const composed = await compose(folder, options)
  return {
    client: createRouterClient(router, { context: composed.context }),
    context: composed.context,
    dataDir: folder,
    close: composed.close,
    async stop() {
      await composed.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Reads long work to its end: its steps and its result. */
export const readWork = async <T>(
  work: Promise<AsyncIterator<Progress, T | undefined, unknown>>,
): Promise<{ steps: Progress[]; result: T }> => {
  const iterator = await work
  const steps: Progress[] = []
  for (;;) {
    const next = await iterator.next()
    if (next.done === true) return { steps, result: next.value as T }
    steps.push(next.value)
  }
}

/** The problem that work ends with; fails if it ends well or in another way. */
export const problemOf = async (
  work: Promise<unknown>,
): Promise<Problem & { message: string; advice: string }> => {
  try {
    await work
  } catch (error) {
    const found = readProblem(error)
    if (found === undefined) throw error
    return { ...found.problem, message: found.message, advice: found.advice }
  }
  throw new Error('it worked, although it should not have')
}

/** Adds a sandbox host as an operator with its key would. */
export const addSandbox = ({ client }: Pick<Panel, 'client'>, host: HostFacts, name = host.name) =>
  client.host.add({
    name,
    target: { kind: 'ssh', address: host.address4, user: host.user, identityFile: host.identityFile },
    hostKeys: [host.hostKeyFingerprint],
  })

/** Prepares a host as its plan says, with the sudo password of its user. */
export const prepareSandbox = async (
  { client }: Pick<Panel, 'client'>,
  host: HostFacts,
  name = host.name,
) => {
  const plan = await client.host.planPrepare({ name })
  const input = { name, fingerprint: plan.fingerprint, confirmed: false, sudoPassword: host.sudoPassword }
  return { plan, ...(await readWork(client.host.prepare(input))) }
}

/** A tenant that runs, with a port. */
export const createTenant = async (
  { client }: Pick<Panel, 'client'>,
  input: Parameters<Client['tenant']['create']>[0],
): Promise<Tenant & { port: number }> => {
  const { result } = await readWork(client.tenant.create(input))
  if (result.port === null) throw new Error('the tenant has no port')
  return { ...result, port: result.port }
}
