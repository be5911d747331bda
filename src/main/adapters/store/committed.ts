import { touchKept } from './kept-tenants.ts'
import type { StoreDb } from './rows.ts'
import type { Store } from './store.ts'

/** The rows that a change touched, by their ids. A row may be gone, or as it was. */
export interface Touched {
  readonly hosts: ReadonlySet<string>
  readonly tenants: ReadonlySet<string>
  readonly operations: ReadonlySet<string>
}

type TouchedSets = { readonly [Table in keyof Touched]: Set<string> }

/** Rows that the running transactions have touched. A transaction is a value of its own, so none sees another's. */
const notes = new WeakMap<StoreDb, TouchedSets>()

/** Called by whatever changes rows of these tables. Outside of a watched store nobody is told. */
export function noteTouched(db: StoreDb, table: keyof Touched, id: string): void {
  notes.get(db)?.[table].add(id)
  touchKept(db, table, id)
}

/**
 * The store, telling after each change that was saved which rows it touched. (SQLite's own update hook knows row numbers
 * only, and sql.js loses it whenever the database is exported.)
 */
export function tellCommitted(store: Store, tell: (touched: Touched) => void): Store {
  return {
    ...store,
    async write(change) {
      const touched: TouchedSets = { hosts: new Set(), tenants: new Set(), operations: new Set() }
      const value = await store.write((db) => {
        notes.set(db, touched)
        return change(db)
      })
      if (Object.values(touched).some(({ size }) => size > 0)) tell(touched)
      return value
    },
  }
}
