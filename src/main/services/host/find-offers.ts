import os from 'node:os'
import path from 'node:path'
import pLimit from 'p-limit'
import type { Logger } from 'pino'
import type { HostOffers } from '../../../contract/host.ts'
import { ProblemError } from '../../../domain/problem-error.ts'
import {
  askDockerSockets,
  listDockerSockets,
  type SocketAnswer,
} from '../../adapters/local/docker-sockets.ts'
import { readSshConfigNames } from '../../adapters/ssh/config-names.ts'
import { resolveRoute } from '../../adapters/ssh/resolve.ts'
import type { ServiceContext } from '../context.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'

const mostNames = 50
const namesWithinMs = 3_000
/** `ssh -G` at once. */
const resolvedAtOnce = 4

/** Candidates for a first host that this computer knows of: its own Docker, names in ~/.ssh/config, a sandbox. */
export async function findOffers(
  { log }: Pick<ServiceContext, 'log'>,
  sandbox: Pick<Sandbox, 'findWay'>,
): Promise<HostOffers> {
  const [sockets, configured, way] = await Promise.all([
    askDockerSockets(listDockerSockets()),
    listConfigured(path.join(os.homedir(), '.ssh', 'config'), log),
    sandbox.findWay(),
  ])
  const found = sockets.find(({ kind }) => kind === 'answers')
  return {
    thisComputer: found === undefined ? null : { path: found.path },
    whyNotThisComputer: found === undefined ? describeAbsence(sockets) : '',
    configured,
    sandbox: way.kind,
    whyNotSandbox: way.kind === 'terminal' ? way.why : '',
  }
}

/**
 * The servers that ~/.ssh/config has names for, as `ssh -G` resolves them. Names that it cannot resolve, that need a
 * ProxyCommand, or that are not resolved in time are left out.
 */
async function listConfigured(file: string, log: Logger): Promise<HostOffers['configured']> {
  const names = await readSshConfigNames(file, mostNames)
  const signal = AbortSignal.timeout(namesWithinMs)
  const inFew = pLimit(resolvedAtOnce)
  const resolved = await Promise.all(
    names.map((alias) =>
      inFew(async () => {
        if (signal.aborted) return []
        try {
          const server = (await resolveRoute({ address: alias }, { log, signal })).at(-1)
          if (server === undefined) return []
          const { hostname, user, port } = server
          return [{ alias, hostname, user, port }]
        } catch (error) {
          if (!(error instanceof ProblemError)) throw error
          log.info({ alias, err: error }, 'a name of the SSH configuration is not offered')
          return []
        }
      }),
    ),
  )
  return resolved.flat()
}

/** The socket that is nearest to working says why there is none. */
function describeAbsence(sockets: readonly SocketAnswer[]): string {
  const nearest =
    sockets.find(({ kind }) => kind === 'denied') ?? sockets.find(({ kind }) => kind === 'silent')
  switch (nearest?.kind) {
    case 'denied':
      return `You may not use Docker here (${nearest.path}). Add your account to the docker group, then log in again.`
    case 'silent':
      return `Docker does not answer at ${nearest.path}. Start it.`
    default:
      return 'No Docker was found on this computer.'
  }
}
