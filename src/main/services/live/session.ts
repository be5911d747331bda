import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Operation } from '../../../contract/activity.ts'
import { describeProblem } from '../../../domain/describe-problem.ts'
import type { Touched } from '../../adapters/store/committed.ts'
import { listHosts } from '../../adapters/store/hosts.ts'
import { type LeftWork, listLeftWork, nothingLeft } from '../../adapters/store/left-work.ts'
import { listOperations, listOperationsById } from '../../adapters/store/operations.ts'
import { listTenantPage, listTenantsById, type StoredTenant } from '../../adapters/store/tenants.ts'
import { listRestorable } from '../activity/list-restorable.ts'
import { viewOperation } from '../activity/view-operation.ts'
import type { ServiceContext } from '../context.ts'
import { viewHost } from '../host/view-host.ts'
import { toProblem } from '../operation/to-problem.ts'
import { type BoardListener, createBoard } from './board.ts'
import { unseen } from './host-sight.ts'
import { type LookLoop, startLooking } from './look-loop.ts'
import type { WatchedState } from './watcher.ts'

/** The listener to everything that a session finds out. */
export interface SessionListener extends BoardListener {
  readonly onOperation: (operation: Operation) => void
  /** Everything there was at the start has been read. */
  readonly onLoaded: () => void
}

/** The state that is kept while somebody watches: one for all watchers. */
export interface Session extends WatchedState {
  /** The hosts and tenants that are on the board already, for a watcher that comes later. */
  readonly ids: () => { hosts: Iterable<string>; tenants: Iterable<string> }
  /** Rows of the store have been changed. */
  readonly touch: (touched: Partial<Touched>) => void
  /** The newest of the operations that run, whoever is at them. */
  readonly listRunning: () => Promise<Operation[]>
}

/** A tenant of the store, and work on it whose end is not confirmed. */
interface FoundTenant {
  readonly tenant: StoredTenant
  readonly left: LeftWork
}

/** The store is read in such pieces: 250 tenants take about 5 ms. */
const firstPage = 100
const furtherPage = 250

/** The pause after a reading of the store that failed, in milliseconds. */
const againAfterMs = 1_000

/** Reads the store, looks at the hosts, and follows both until the signal is aborted. */
export function openSession(
  context: ServiceContext,
  listener: SessionListener,
  signal: AbortSignal,
): Session {
  const { store, running, vitals } = context
  const loops = new Map<string, LookLoop>()
  const board = createBoard(
    (host) => unseen(context.hosts.access(host)),
    running.isShownBusy,
    vitals.get,
    listener,
  )
  let isLoaded = false
  /** Readings that have failed and are tried again: the first of them is told. */
  let behind = 0

  const touched = { hosts: new Set<string>(), tenants: new Set<string>(), operations: new Set<string>() }
  let isFlushing = false

  async function load(): Promise<void> {
    await putHosts(undefined)
    let last: StoredTenant | undefined
    for (let size = firstPage; !signal.aborted; size = furtherPage) {
      const { page, left } = await store.read((db) => ({
        page: listTenantPage(db, last, size),
        left: listLeftWork(db),
      }))
      for (const tenant of page) board.putTenant(tenant, left.get(tenant.id) ?? nothingLeft)
      if (size === firstPage) {
        // Two turns later the first page has been written to who watches; reading a large host takes longer than that.
        await nextTurn()
        await nextTurn()
        for (const id of board.hostIds()) look(id)
      }
      last = page.at(-1)
      if (page.length < size) break
      await nextTurn()
    }
    isLoaded = true
    listener.onLoaded()
  }

  function look(hostId: string): LookLoop {
    const known = loops.get(hostId)
    if (known !== undefined) return known
    const loop = startLooking(context, board, hostId, putTenants, signal)
    loops.set(hostId, loop)
    return loop
  }

  /** @param ids those that may have changed or gone; undefined: all, at the start */
  async function putHosts(ids: ReadonlySet<string> | undefined): Promise<void> {
    const found = await store.read((db) =>
      listHosts(db)
        .filter(({ id }) => ids === undefined || ids.has(id))
        .map((host) => ({ host, view: viewHost(db, host) })),
    )
    for (const { host, view } of found) board.putHost(host, view)
    const there = new Set(found.map(({ host }) => host.id))
    for (const id of ids ?? []) {
      if (there.has(id)) continue
      board.dropHost(id)
      loops.delete(id)
    }
  }

  async function putTenants(ids: readonly string[]): Promise<void> {
    const found = await readTenants(ids)
    for (const id of ids) putOrDrop(id, found.get(id))
  }

  async function readTenants(ids: readonly string[]): Promise<Map<string, FoundTenant>> {
    const { tenants, left } = await store.read((db) => ({
      tenants: listTenantsById(db, ids),
      left: listLeftWork(db),
    }))
    return new Map(tenants.map((tenant) => [tenant.id, { tenant, left: left.get(tenant.id) ?? nothingLeft }]))
  }

  function putOrDrop(id: string, found: FoundTenant | undefined): void {
    if (found === undefined || found.tenant.phase === 'deleted') {
      board.dropTenant(id)
      vitals.forget(id)
    } else board.putTenant(found.tenant, found.left)
  }

  /** Changes that come together are read together, after those who made them have gone on. */
  async function flush(): Promise<void> {
    await nextTurn()
    while (!signal.aborted && Object.values(touched).some(({ size }) => size > 0)) {
      const news = {
        hosts: take(touched.hosts),
        tenants: take(touched.tenants),
        operations: take(touched.operations),
      }
      await again(async () => {
        await putTouchedTenants([...news.tenants], news.hosts)
        if (news.operations.size === 0) return
        for (const operation of await readOperations([...news.operations])) listener.onOperation(operation)
      })
    }
    isFlushing = false
  }

  /** Reads until it works, or until nobody watches: a store that fails for a moment must not end what the pages show. */
  async function again<T>(read: () => Promise<T>): Promise<T | undefined> {
    let isBehind = false
    try {
      while (!signal.aborted) {
        try {
          return await read()
        } catch (error) {
          if (signal.aborted) return undefined
          const { message } = describeProblem(toProblem(context.log, error))
          if (behind === 0) context.notices.add(`What is shown is not current, and is read again. ${message}`)
          if (!isBehind) behind += 1
          isBehind = true
          await pause(againAfterMs, undefined, { signal }).catch(() => {})
        }
      }
    } finally {
      if (isBehind) behind -= 1
    }
    return undefined
  }

  async function putTouchedTenants(ids: readonly string[], touchedHosts: ReadonlySet<string>): Promise<void> {
    const found = ids.length === 0 ? new Map<string, FoundTenant>() : await readTenants(ids)
    const homes = new Set(touchedHosts)
    for (const id of ids) {
      const hostId = found.get(id)?.tenant.hostId ?? board.tenant(id)?.stored.hostId
      if (hostId !== undefined) homes.add(hostId)
    }
    if (homes.size > 0) await putHosts(homes)
    if (signal.aborted) return
    for (const id of touchedHosts) if (board.host(id) !== undefined) look(id).lookAtAll()
    for (const id of ids) {
      const each = found.get(id)
      const tenant = each?.tenant
      const sight = tenant === undefined ? undefined : board.host(tenant.hostId)?.sight
      if (tenant?.phase !== 'present' || sight?.seen === undefined) putOrDrop(id, each)
      // A tenant with work under way is shown when that is done; a finished change is shown when a look has seen it.
      else if (!running.isShownBusy(id)) look(tenant.hostId).lookAt([id])
    }
  }

  async function readOperations(ids: readonly string[]): Promise<Operation[]> {
    const { found, restorable } = await store.read((db) => {
      const found = listOperationsById(db, ids)
      return { found, restorable: listRestorable(db, found, context.now()) }
    })
    return found.map((operation) =>
      viewOperation(operation, running.find(operation.id), restorable.has(operation.id)),
    )
  }

  function touch(news: Partial<Touched>): void {
    for (const id of news.hosts ?? []) touched.hosts.add(id)
    for (const id of news.tenants ?? []) touched.tenants.add(id)
    for (const id of news.operations ?? []) touched.operations.add(id)
    if (isFlushing) return
    isFlushing = true
    void flush()
  }

  const endRunning = running.subscribe((operation, isOver) => {
    const { begun } = operation
    if (!isOver) {
      listener.onOperation(viewOperation(begun, operation))
      return
    }
    touch({
      operations: new Set([begun.id]),
      ...(begun.tenantId === null ? {} : { tenants: new Set([begun.tenantId]) }),
    })
  })
  signal.addEventListener('abort', endRunning, { once: true })
  signal.addEventListener('abort', vitals.listen(board.feel), { once: true })
  void again(load)

  return {
    host: (id) => board.host(id)?.status,
    tenant: (id) => board.tenant(id)?.view,
    isLoaded: () => isLoaded,
    ids: () => ({ hosts: board.hostIds(), tenants: board.tenantIds() }),
    touch,
    async listRunning() {
      const found = await again(() =>
        store.read((db) => listOperations(db, { outcome: 'running', limit: 200 })),
      )
      return (found ?? []).map((operation) => viewOperation(operation, running.find(operation.id)))
    },
  }
}

function take(ids: Set<string>): Set<string> {
  const taken = new Set(ids)
  ids.clear()
  return taken
}
