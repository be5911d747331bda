import { implement, ORPCError } from '@orpc/server'
import type { Problem } from '../contract/problem.ts'
import type { Progress } from '../contract/progress.ts'
import { contract } from '../contract/router.ts'
import type { Settings } from '../contract/settings.ts'
import { describeProblem } from '../domain/describe-problem.ts'
import { planRecoverHost, recoverPutBack } from './reconcile/recover-put-back.ts'
import { ensureKnown } from './reconcile/take-in-unknown.ts'
import { exportActivity } from './services/activity/export-activity.ts'
import { listActivity } from './services/activity/list-activity.ts'
import type { ServiceContext } from './services/context.ts'
import { addHost } from './services/host/add-host.ts'
import { checkHost, watchCheck } from './services/host/check-host.ts'
import { editHost } from './services/host/edit-host.ts'
import { showHostFacts } from './services/host/host-facts.ts'
import { listHelpers } from './services/host/list-helpers.ts'
import { listHosts } from './services/host/list-hosts.ts'
import { findMyAddress } from './services/host/my-address.ts'
import { removeOperator, showOperators } from './services/host/operators.ts'
import { planPrepareHost, prepareHost } from './services/host/prepare-host.ts'
import { removeHost } from './services/host/remove-host.ts'
import { trustHost } from './services/host/trust-host.ts'
import type { LiveView } from './services/live/live.ts'
import { toProblem } from './services/operation/to-problem.ts'
import { type Reporter, streamProgress } from './services/progress.ts'
import { openSandboxPanel } from './services/sandbox/open-sandbox-panel.ts'
import type { Sandbox } from './services/sandbox/sandbox.ts'
import { rememberPassphrase } from './services/secret/remember-passphrase.ts'
import { chooseSecretPlace, showSecretPlace, unlockSecrets } from './services/secret/secret-place.ts'
import { changeSettings, getSettings } from './services/settings/settings.ts'
import { allow, revoke } from './services/tenant/change-allowlist.ts'
import { createTenant } from './services/tenant/create-tenant.ts'
import { deleteTenant } from './services/tenant/delete-tenant.ts'
import { disconnectClient } from './services/tenant/disconnect-client.ts'
import { findHosts } from './services/tenant/find-hosts.ts'
import { findNames } from './services/tenant/find-names.ts'
import type { TenantRef } from './services/tenant/find-tenant.ts'
import {
  annotate,
  flush,
  limitConnections,
  move,
  rename,
  restart,
  resume,
  suspend,
  upgrade,
} from './services/tenant/lifecycle.ts'
import { listTenants } from './services/tenant/list-tenants.ts'
import { observeFigures } from './services/tenant/observe-figures.ts'
import { previewAllowText } from './services/tenant/preview-allow.ts'
import { readLogs } from './services/tenant/read-logs.ts'
import { resizeTenant } from './services/tenant/resize-tenant.ts'
import { restoreTenant } from './services/tenant/restore-tenant.ts'
import { showTenant } from './services/tenant/show-tenant.ts'

/** The context of a call; the shells hand it in. */
export interface RouterContext {
  readonly services: ServiceContext
  /** The view that pages follow as things happen. */
  readonly live: LiveView
  /** The sandbox that pages can start on this computer. */
  readonly sandbox: Sandbox
  readonly describeProgram: () => Promise<{
    version: string
    dataDir: string
    secrets: string
    storeWarning: string
  }>
  /** Told of every change of the settings, whichever shell made it. */
  readonly onSettings?: (settings: Settings) => void
  /**
   * Opens a link in the user's browser, for pages that must not: in the window. False when there is none to be opened.
   * Where this is absent, pages get links themselves.
   */
  readonly openLink?: (link: string) => Promise<boolean>
  /**
   * Whether the page that calls is gone. What it began goes on then, for the next page to see; where this is absent,
   * as for a command line, being gone is asking to stop.
   */
  readonly hasLeft?: () => boolean
}

/** A problem as the contract's typed error. */
function toRouterError(problem: Problem): ORPCError<Problem['code'], unknown> {
  const { message, advice, retryable } = describeProblem(problem)
  return new ORPCError(problem.code, { message, data: { details: problem.details, advice, retryable } })
}

const base = implement(contract).$context<RouterContext>()

const os = base.use(async ({ context, next }) => {
  try {
    return await next()
  } catch (error) {
    // Refusals by the framework itself (a body that does not fit the contract) are passed on as they are.
    if (error instanceof ORPCError) throw error
    throw toRouterError(toProblem(context.services.log, error))
  }
})

/** Before a tenant is named: another panel may have made or renamed it. */
const knowing = base.middleware(async ({ context, next }, which: TenantRef) => {
  await ensureKnown(context.services, which)
  return next()
})

/** Long work as an event stream whose failures are the contract's typed errors too. */
async function* stream<T>(
  context: RouterContext,
  signal: AbortSignal | undefined,
  work: (report: Reporter) => Promise<T>,
): AsyncGenerator<Progress, T> {
  try {
    return yield* streamProgress(work, { signal, hasLeft: context.hasLeft ?? (() => false) })
  } catch (error) {
    throw toRouterError(toProblem(context.services.log, error))
  }
}

/** A stream of lines whose failures are the contract's typed errors too. */
async function* tell<T, R>({ services }: RouterContext, lines: AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  try {
    return yield* lines
  } catch (error) {
    throw toRouterError(toProblem(services.log, error))
  }
}

/** Every procedure of the contract, each one call of one service. */
export const router = os.router({
  program: {
    describe: os.program.describe.handler(({ context }) => context.describeProgram()),
    takeNotices: os.program.takeNotices.handler(({ context }) => context.services.notices.take()),
    watchWaits: os.program.watchWaits.handler(async function* ({ context, signal }) {
      const { timeLimits, waits } = context.services
      yield* tell(context, waits.watch(timeLimits.slowStartMs, signal))
    }),
  },
  panel: {
    watch: os.panel.watch.handler(async function* ({ context, signal }) {
      yield* tell(context, context.live.watch(signal))
    }),
  },
  settings: {
    get: os.settings.get.handler(({ context }) => getSettings(context.services)),
    change: os.settings.change.handler(async ({ context, input }) => {
      const settings = await changeSettings(context.services, input)
      context.onSettings?.(settings)
      return settings
    }),
  },
  secret: {
    place: os.secret.place.handler(({ context }) => showSecretPlace(context.services)),
    choose: os.secret.choose.handler(({ context, input }) => chooseSecretPlace(context.services, input)),
    unlock: os.secret.unlock.handler(({ context, input }) => unlockSecrets(context.services, input)),
    rememberPassphrase: os.secret.rememberPassphrase.handler(({ context, input }) =>
      rememberPassphrase(context.services, input),
    ),
  },
  sandbox: {
    watch: os.sandbox.watch.handler(async function* ({ context, signal }) {
      yield* tell(context, context.sandbox.watch(signal))
    }),
    start: os.sandbox.start.handler(({ context }) => context.sandbox.start()),
    stop: os.sandbox.stop.handler(({ context }) => context.sandbox.stop()),
    open: os.sandbox.open.handler(({ context }) => openSandboxPanel(context)),
  },
  host: {
    add: os.host.add.handler(({ context, input, signal }) => addHost(context.services, input, signal)),
    list: os.host.list.handler(({ context }) => listHosts(context.services)),
    helpers: os.host.helpers.handler(({ context }) => listHelpers(context.services)),
    check: os.host.check.handler(({ context, input }) => checkHost(context.services, input)),
    watchCheck: os.host.watchCheck.handler(async function* ({ context, input }) {
      return yield* tell(context, watchCheck(context.services, input))
    }),
    findOffers: os.host.findOffers.handler(async ({ context }) => {
      const { findOffers } = await import('./services/host/find-offers.ts')
      return findOffers(context.services, context.sandbox)
    }),
    facts: os.host.facts.handler(({ context, input }) => showHostFacts(context.services, input)),
    myAddress: os.host.myAddress.handler(({ context, input }) => findMyAddress(context.services, input)),
    planPrepare: os.host.planPrepare.handler(({ context, input }) =>
      planPrepareHost(context.services, input),
    ),
    prepare: os.host.prepare.handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => prepareHost(context.services, input, report))
    }),
    operators: os.host.operators.handler(({ context, input }) => showOperators(context.services, input)),
    removeOperator: os.host.removeOperator.handler(({ context, input }) =>
      removeOperator(context.services, input),
    ),
    planRecover: os.host.planRecover.handler(({ context, input }) =>
      planRecoverHost(context.services, input),
    ),
    recover: os.host.recover.handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => recoverPutBack(context.services, input, report))
    }),
    edit: os.host.edit.handler(({ context, input }) => editHost(context.services, input)),
    trust: os.host.trust.handler(({ context, input, signal }) => trustHost(context.services, input, signal)),
    remove: os.host.remove.handler(({ context, input }) => removeHost(context.services, input)),
  },
  tenant: {
    create: os.tenant.create.handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => createTenant(context.services, input, report))
    }),
    findHosts: os.tenant.findHosts.handler(({ context, input }) => findHosts(context.services, input.names)),
    findNames: os.tenant.findNames.handler(({ context, input }) => findNames(context.services, input.names)),
    list: os.tenant.list.handler(({ context, input }) => listTenants(context.services, input)),
    show: os.tenant.show.use(knowing).handler(({ context, input }) => showTenant(context.services, input)),
    figures: os.tenant.figures.handler(({ context, input, signal }) =>
      observeFigures(context.services, input.ids, signal),
    ),
    previewAllow: os.tenant.previewAllow.handler(({ context, input }) =>
      previewAllowText(context.services, input),
    ),
    allow: os.tenant.allow
      .use(knowing)
      .handler(({ context, input }) => allow(context.services, input, input.entries, input.confirmed)),
    revoke: os.tenant.revoke
      .use(knowing)
      .handler(({ context, input }) => revoke(context.services, input, input.cidrs)),
    suspend: os.tenant.suspend.use(knowing).handler(({ context, input }) => suspend(context.services, input)),
    resume: os.tenant.resume.use(knowing).handler(({ context, input }) => resume(context.services, input)),
    rename: os.tenant.rename.use(knowing).handler(({ context, input }) => rename(context.services, input)),
    annotate: os.tenant.annotate
      .use(knowing)
      .handler(({ context, input }) => annotate(context.services, input)),
    restart: os.tenant.restart.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => restart(context.services, input, report))
    }),
    flush: os.tenant.flush.use(knowing).handler(({ context, input }) => flush(context.services, input)),
    disconnect: os.tenant.disconnect
      .use(knowing)
      .handler(({ context, input }) => disconnectClient(context.services, input)),
    resize: os.tenant.resize.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => resizeTenant(context.services, input, report))
    }),
    limit: os.tenant.limit.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => limitConnections(context.services, input, report))
    }),
    move: os.tenant.move.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => move(context.services, input, report))
    }),
    upgrade: os.tenant.upgrade.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => upgrade(context.services, input, report))
    }),
    logs: os.tenant.logs.use(knowing).handler(({ context, input }) => readLogs(context.services, input)),
    delete: os.tenant.delete.use(knowing).handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => deleteTenant(context.services, input, report))
    }),
    restore: os.tenant.restore.handler(async function* ({ context, input, signal }) {
      return yield* stream(context, signal, (report) => restoreTenant(context.services, input, report))
    }),
  },
  activity: {
    list: os.activity.list.handler(({ context, input }) => listActivity(context.services, input)),
    export: os.activity.export.handler(({ context, input }) => exportActivity(context.services, input)),
    cancel: os.activity.cancel.handler(({ context, input }) => ({
      asked: context.services.running.cancel(input.id),
    })),
  },
})
