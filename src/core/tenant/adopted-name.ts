/** A tenant as its host names it. */
interface Named {
  readonly id: string
  readonly name: string
}

/** The id of the tenant that has a name here. */
export type HolderOf = (name: string) => string | undefined

/** The record's name; where another tenant here has it, the host's name is put behind, so that neither is lost. */
export function freeName(record: Named, hostName: string, holderOf: HolderOf): string {
  return pickFree(record.id, listNameCandidates(record, hostName), holderOf)
}

/** The same without the record's own name, where it is not certain whose that is. */
export function freeOtherName(record: Named, hostName: string, holderOf: HolderOf): string {
  const [, ...candidates] = listNameCandidates(record, hostName)
  return pickFree(record.id, candidates, holderOf)
}

/** The names that a tenant can have here: its own, else one with the host's, else one with its id. */
export function listNameCandidates({ id, name }: Named, hostName: string): string[] {
  return [name, `${name}@${hostName}`, `${name}-${id}`]
}

function pickFree(id: string, candidates: readonly string[], holderOf: HolderOf): string {
  return candidates.find((candidate) => [undefined, id].includes(holderOf(candidate))) ?? id
}
