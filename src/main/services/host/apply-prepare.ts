import { blameDocker } from '../../../domain/docker-checks.ts'
import { imageTag } from '../../../domain/host-names.ts'
import { userOf } from '../../../domain/host-observation.ts'
import type { PrepareAction } from '../../../domain/prepare-plan.ts'
import { describePrepareAction, needsRoot } from '../../../domain/prepare-plan.ts'
import { fail } from '../../../domain/problem-error.ts'
import { reservedMb } from '../../../domain/sizing.ts'
import { bundledHelper, hostFiles } from '../../adapters/prepare/bundled-helper.ts'
import type { RootAccess, RootRequest, RootSession } from '../../adapters/prepare/root-session.ts'
import type { RestingPort } from '../../adapters/store/resting-ports.ts'
import { ensureNetwork } from '../tenant/tenant-container.ts'
import type { HostAccess } from './host-pool.ts'
import { keepRunning } from './keep-running.ts'
import { observeDocker } from './observe-docker.ts'
import { attempt } from './observe-host.ts'
import { openRoot } from './open-root.ts'
import type { DraftedPrepare } from './plan-prepare.ts'
import { pullImage } from './pull-image.ts'

/** More are not taken in one request; the newest count. */
const mostHanded = 8_192

/** Carries out single actions of a plan; `close` ends the root session if one was needed. */
export interface PrepareSteps {
  /** Becomes root where a step needs it, so that a wrong password is noticed before the first change. */
  begin(): Promise<void>
  /** @param stop ends a step that takes minutes and can be begun again */
  apply(action: PrepareAction, onProgress: (words: string) => void, stop?: AbortSignal): Promise<void>
  close(): void
}

/**
 * Root is asked for once for all steps.
 * @param resting ports that this panel knows to rest: the host may have forgotten them with its records
 */
export function createPrepareSteps(
  access: HostAccess,
  { seen, actions, loopback }: DraftedPrepare,
  root: RootAccess,
  resting: readonly RestingPort[],
): PrepareSteps {
  const user = userOf(seen)
  let session: Promise<RootSession> | undefined
  const openSession = (): Promise<RootSession> => {
    session ??= openRoot(access, user, root)
    return session
  }
  const asRoot = async (request: RootRequest, action: PrepareAction, onProgress: (words: string) => void) => {
    await (await openSession()).request(request, describePrepareAction(action), onProgress)
  }
  return {
    async begin() {
      if (actions.some((action) => needsRoot(action, loopback === null))) await openSession()
    },
    async apply(action, onProgress, stop) {
      switch (action.kind) {
        case 'install-packages':
          return asRoot({ op: 'packages', names: action.names }, action, onProgress)
        case 'install-helper':
          await asRoot({ op: 'sysctl' }, action, onProgress)
          await asRoot(
            { op: 'install', files: hostFiles, operator: user, version: bundledHelper.version },
            action,
            onProgress,
          )
          // The one that was there would go on as it was, and keep the filter as it knows it.
          await Promise.all([access.helper.renew(), access.closer.renew()])
          return
        case 'remove-operators': {
          const operators = action.operators.map(({ name }) => name)
          return asRoot({ op: 'dismiss', operators }, action, onProgress)
        }
        case 'remove-policy':
          return asRoot({ op: 'policy' }, action, onProgress)
        case 'reserve-ports': {
          const { from, to } = action.range
          return asRoot({ op: 'reserve', from, to }, action, onProgress)
        }
        case 'close-range':
        case 'renew-records':
          return closeRange(access, action, user, resting)
        case 'create-network':
          return ensureNetwork(access, action.supernet, action.index)
        case 'start-docker':
          return asRoot({ op: 'docker' }, action, onProgress)
        case 'ask-docker':
          return askDocker(access)
        case 'pull-image':
          return pullImage(access, action.reference, action.digest, onProgress, stop)
        case 'build-image':
          return asRoot({ op: 'image', tag: imageTag }, action, onProgress)
        case 'keep-running':
          return keepRunning(access)
        case 'remove-image':
          return removeImage(access)
        case 'remove-network':
          return removeNetwork(access, action.name)
        case 'uninstall':
          return asRoot({ op: 'uninstall' }, action, onProgress)
      }
    },
    close: () => void session?.then((open) => open.close()).catch(() => {}),
  }
}

/** @throws ProblemError DOCKER_SILENT, or PLAN_STALE as soon as it answers: another plan has what is missing then */
async function askDocker(access: HostAccess): Promise<never> {
  const docker = await attempt(observeDocker(access))
  return docker.kind === 'ok'
    ? fail({ code: 'PLAN_STALE', details: { host: access.host.name } })
    : fail(blameDocker(docker.problem, true))
}

async function closeRange(
  { helper }: HostAccess,
  { kind, range, supernet }: Extract<PrepareAction, { kind: 'close-range' | 'renew-records' }>,
  operator: string,
  resting: readonly RestingPort[],
): Promise<void> {
  const { revision, memTotalMb } = await helper.request<'hello'>({ op: 'hello' })
  const operationId = `configure-${revision ?? 0}-${Date.now()}`
  const wish = { range, supernet, reservedMb: reservedMb(memTotalMb), operator }
  const renew = kind === 'renew-records' ? { renew: true } : {}
  // An earlier helper, which preparing has replaced, does not know the key.
  const released = resting.length === 0 ? {} : { released: resting.slice(-mostHanded) }
  const change = { operationId, ifRevision: revision, ...wish, ...renew, ...released }
  await helper.request<'configure'>({ op: 'configure', ...change })
}

/** The tag goes; the image with it, unless something else uses it. One that is gone already is fine. */
async function removeImage({ docker }: HostAccess): Promise<void> {
  await docker.call('remove the image', (api) => api.getImage(imageTag).remove(), { expected: [404] })
}

async function removeNetwork({ docker }: HostAccess, name: string): Promise<void> {
  await docker.call(`remove the network ${name}`, (api) => api.getNetwork(name).remove(), { expected: [404] })
}
