import { activityYearsRange } from '../contract/limits.ts'
import type { Settings } from '../contract/settings.ts'
import { parsePortRange } from '../core/host/parse-port-range.ts'
import { defaultPortRange } from './port-range.ts'
import { fail } from './problem-error.ts'
import { defaultMaxConnections, defaultMemoryMb, parseMaxConnections, parseMemoryMb } from './sizing.ts'

/** The settings until the operator chooses others. */
export const defaultSettings: Settings = {
  theme: 'system',
  newTenant: { memoryMb: defaultMemoryMb, maxConnections: defaultMaxConnections },
  portRange: defaultPortRange,
  activityYears: 2,
  tenantColumns: [],
}

/** Some settings, each whole. */
export type SettingsChange = { readonly [Key in keyof Settings]?: Settings[Key] | undefined }

/** The name of the host in a problem: the range is for hosts that are still to come. */
const futureHosts = 'new hosts'

/**
 * The given settings in their stored form. The range is checked against Linux's usual ephemeral ports; preparing a host
 * checks it against the host's own.
 * @throws ProblemError INVALID_INPUT, PORT_RANGE_INVALID
 */
export function parseSettings({
  theme,
  newTenant,
  portRange,
  activityYears,
  tenantColumns,
}: SettingsChange): Partial<Settings> {
  return {
    ...(theme === undefined ? {} : { theme }),
    ...(newTenant === undefined
      ? {}
      : {
          newTenant: {
            memoryMb: parseMemoryMb(newTenant.memoryMb),
            maxConnections: parseMaxConnections(newTenant.maxConnections),
          },
        }),
    ...(portRange === undefined ? {} : { portRange: parsePortRange(futureHosts, portRange) }),
    ...(activityYears === undefined ? {} : { activityYears: parseActivityYears(activityYears) }),
    ...(tenantColumns === undefined ? {} : { tenantColumns: [...new Set(tenantColumns)] }),
  }
}

function parseActivityYears(given: number): number {
  const { least, most } = activityYearsRange
  if (Number.isInteger(given) && given >= least && given <= most) return given
  const reason = `it is no whole number from ${least} to ${most}`
  return fail({ code: 'INVALID_INPUT', details: { field: 'number of years', given: String(given), reason } })
}
