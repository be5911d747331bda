export interface PortRange {
  readonly from: number
  readonly to: number
}

/** Tenant ports unless the host says otherwise: below the ephemeral range, above the well-known services. */
export const defaultPortRange: PortRange = { from: 20_000, to: 29_999 }
