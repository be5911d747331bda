export const minute = 60_000

/** How long an emulated host may take for what another one answers at once. */
export const patienceMs = 2 * minute

/** A panel's, for an emulated host. */
export const patientLimits = {
  ...{ callMs: patienceMs, connectMs: patienceMs, keyExchangeMs: patienceMs, loginStepMs: patienceMs },
  ...{ lookMs: patienceMs, heardMs: patienceMs, keepaliveMs: patienceMs / 4 },
}
