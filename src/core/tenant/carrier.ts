import { containerName } from '../../domain/host-names.ts'
import { listNames } from '../sentence/list-names.ts'

/** A container with the label of a tenant, as Docker lists it. The label alone makes it nobody's: `docker commit` copies it. */
export interface Carrier {
  /** The tenant's id, as the label says. */
  readonly tenantId: string
  /** `/memharbor-abc`; none while Docker is at its removal. */
  readonly names: readonly string[]
}

export interface SortedCarriers<Each> {
  /** The tenants' own by their names, by id. */
  readonly own: ReadonlyMap<string, Each>
  /** Of tenants without such a one: their own under another name, or copies. */
  readonly unclear: readonly Each[]
  /** Beside the tenant's own. */
  readonly copies: readonly Each[]
}

/** Sorts the carriers of tenants' labels by whose they are, as far as their names show it. */
export function sortCarriers<Each extends Carrier>(carriers: readonly Each[]): SortedCarriers<Each> {
  const isNamed = ({ tenantId, names }: Carrier): boolean =>
    names.length === 0 || plainNames(names).includes(containerName(tenantId))
  const own = new Map(carriers.filter(isNamed).map((each) => [each.tenantId, each]))
  const others = carriers.filter((each) => !isNamed(each))
  return {
    own,
    unclear: others.filter(({ tenantId }) => !own.has(tenantId)),
    copies: others.filter(({ tenantId }) => own.has(tenantId)),
  }
}

/**
 * Whether a container with another name than its tenant's is that tenant's own all the same: it leads to the tenant's port.
 * @param port the one that it publishes, running or not
 * @param recorded the tenant's; null: it has none; undefined: nobody could tell
 */
export const isRenamed = (port: number | null, recorded: number | null | undefined): boolean =>
  port !== null && (recorded === undefined || port === recorded)

/** The name for people; Docker has further ones for links, which have another slash: `/web/cache`. */
export const nameOf = ({ tenantId, names }: Carrier): string =>
  plainNames(names)[0] ?? containerName(tenantId)

const plainNames = (names: readonly string[]): string[] =>
  names.map((name) => name.replace(/^\//, '')).filter((name) => !name.includes('/'))

/**
 * A tenant's container with another name: what does not work, and what mends it.
 * @param own the name that it has to have
 */
export function describeRenamed(
  own: string,
  name: string,
): { readonly sentence: string; readonly advice: string } {
  const sentence = `Its container was renamed to ${name}, so it can't be restarted, resized or deleted from here.`
  if (!name.startsWith(containerName('')))
    return { sentence, advice: `Rename it back on the host: ${renderRename(name, own)}.` }
  // The name of another tenant's container: that one has this one's, where somebody swapped the two.
  // Both of them are told the same commands: to swap them twice would help nobody.
  const [first = own, second = name] = [own, name].sort()
  const aside = `${first}-aside`
  const commands = [renderRename(first, aside), renderRename(second, first), renderRename(aside, second)]
  return {
    sentence,
    advice: `That is the name of another tenant's. Where the two were swapped, swap them back on the host, once for both: ${commands.join(', ')}.`,
  }
}

/** `docker rename cache1 memharbor-abc`, in its quotes. */
export const renderRename = (name: string, own: string): string =>
  `\`docker rename ${renderPart(name, 'CONTAINER')} ${renderPart(own, 'NAME')}\``

/** Containers that carry a tenant's label and are not its own. */
export function describeCopies(names: readonly string[]): {
  readonly sentence: string
  readonly advice: string
} {
  const which = names.length === 1 ? 'Container' : 'Containers'
  const does =
    names.length === 1 ? 'carries its label and is not its own' : 'carry its label and are not its own'
  const some = names.slice(0, mostInCommand).map((name) => renderPart(name, 'CONTAINER'))
  return {
    sentence: `${which} ${listNames(names)} ${does}, as \`docker commit\` copies labels: nothing is done with it from here.`,
    advice: `Remove it on the host where nobody needs it: \`docker rm -f ${some.join(' ')}\`.`,
  }
}

const mostInCommand = 5

/** People paste commands into a shell, and a host says the names: one that Docker would not give is left to be put in. */
export const renderPart = (name: string, otherwise: string): string =>
  /^[a-zA-Z0-9][\w.-]*$/.test(name) ? name : otherwise

/** `docker network disconnect bridge memharbor-abc`, in its quotes. */
export const renderDisconnect = (network: string, container: string): string =>
  `\`docker network disconnect ${renderPart(network, 'NETWORK')} ${renderPart(container, 'CONTAINER')}\``
