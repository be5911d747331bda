import type { NftFindings } from '../core/host/describe-nftables.ts'
import type { Listening } from './tenant-listeners.ts'

/** Everything beside Docker that leads to the tenants of a host. */
export interface Doors {
  readonly listening: Listening
  /** As they stand in the nat table, each with the program that shows it: `iptables -t nat -A PREROUTING …`. */
  readonly translations: readonly string[]
  /** Chains of nftables itself, which iptables does not show; null where nft did not say. */
  readonly nftables: NftFindings | null
  /**
   * Parts of Docker's own rules that are not there any more: `nat DOCKER` is a chain, `filter FORWARD` a
   * chain of the kernel's out of which nothing leads to Docker's. null: it is not known.
   */
  readonly goneOfDocker: readonly string[] | null
  /**
   * Ports of tenants whose containers run, and that Docker's own rules lead to another address, or nowhere: `to` is null
   * then. null: it is not known.
   */
  readonly astray: readonly { readonly port: number; readonly to: string | null }[] | null
}
