import { foreignSchema } from './host-names.ts'

/** Whether upgrading a tenant would change anything, and that in a sentence. */
export interface Upgrade {
  readonly available: boolean
  readonly sentence: string
}

/** An image by its content, and the version of memcached that it names; null: it names none. */
export interface SeenImage {
  readonly id: string
  readonly memcached: string | null
}

/** A container: its image, and how it was made. */
export interface UsedImage extends SeenImage {
  readonly schema: number
  /** How one is made on its host now. */
  readonly newest: number
}

/**
 * @param container the image and the making of the tenant's container; null: there is no container
 * @param image the host's image for new tenants; null: there is none
 */
export function describeUpgrade(container: UsedImage | null, image: SeenImage | null): Upgrade {
  if (image === null) return { available: false, sentence: 'The host has no image for tenants.' }
  if (container === null) return { available: false, sentence: 'Its container is not on the host.' }
  if (container.schema === foreignSchema) {
    return { available: true, sentence: 'Its container is not as Memharbor makes it.' }
  }
  const current = image.memcached === null ? '' : `, memcached ${image.memcached}`
  if (container.id === image.id && container.schema < container.newest) {
    return { available: true, sentence: describeEarlier(container.schema) }
  }
  if (container.id === image.id) {
    return { available: false, sentence: `It runs the host's current image${current}.` }
  }
  if (image.memcached === null || container.memcached === image.memcached) {
    return { available: true, sentence: `The host has another image now${current}.` }
  }
  const before = container.memcached === null ? 'an older image' : `memcached ${container.memcached}`
  return {
    available: true,
    sentence: `The host has memcached ${image.memcached} now; this tenant runs ${before}.`,
  }
}

function describeEarlier(schema: number): string {
  if (schema === 1)
    return 'Its container was made by an earlier Memharbor, which let it make more system calls than it needs.'
  return schema === 3
    ? 'Its container was made by an earlier Memharbor: when it begins again, its cache has the size that it was made with, until its host sets that right.'
    : 'Its container was made by an earlier Memharbor: memcached keeps some of its connections for itself, and resized more than once it may keep memory that its cache has given back.'
}
