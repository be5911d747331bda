import { type ProblemText, said, shorten } from '../problem/problem-text.ts'

interface NotRestorable {
  readonly tenant: string
  readonly host: string
  /** `unknown`: the store has no deleted tenant of that name. `there`: it is not deleted. */
  readonly why: 'unknown' | 'there' | 'name' | 'port'
  /** A clause whose subject is the port. */
  readonly reason: string
}

/** Why a deleted tenant cannot come back as it was, and what there is to do. */
export function describeNotRestorable({ tenant, host, why, reason }: NotRestorable): ProblemText {
  switch (why) {
    case 'unknown':
      return said(
        `This panel knows of no deleted tenant named "${shorten(tenant)}".`,
        'A deleted tenant is put back by a panel that had it: its activity shows what was deleted.',
      )
    case 'there':
      return said(
        `${tenant} on ${host} is there: it was not deleted, or was put back already.`,
        'Nothing was done.',
      )
    case 'name':
      return said(
        `${tenant} cannot come back: another tenant is called so by now.`,
        'Rename that one first, then do this again.',
      )
    case 'port':
      return said(
        `${tenant} cannot come back on ${host}: ${reason}.`,
        'Make it again: it gets another port, and its programs have to use that one.',
      )
  }
}
