import type { LiveHost } from '../hosts/live/live-host.ts'
import { mustExec } from './boot-service.ts'

const units = ['memharbor-firewall.service', 'memharbor-firewall.timer']

/**
 * A systemd of 2026 says so at each end of each unit where its kernel has no controller of processes in cgroups of version
 * 2, as that of a live host may not: `Failed to read pids.max for control group /system.slice/…, ignoring: No data available`
 */
const ofNoController = /Failed to read pids\.max for control group/

/**
 * Takes the end of the journal for its beginning.
 * @returns reads the lines of our units that came since the last time, each as `program: words`
 */
export const markJournal = async (host: LiveHost): Promise<() => Promise<string[]>> => {
  const read = async (after: readonly string[]): Promise<string> => {
    const asked = units.map((unit) => `--unit=${unit}`)
    await mustExec(host, 'journalctl --sync')
    const { stdout } = await host.exec([
      ...['journalctl', '--quiet', '--output=json', '--output-fields=SYSLOG_IDENTIFIER,MESSAGE', ...asked],
      ...after,
    ])
    return stdout
  }
  const parse = (text: string): { __CURSOR: string; SYSLOG_IDENTIFIER: string; MESSAGE: string }[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  let cursor = parse(await read(['--lines=1'])).at(-1)?.__CURSOR
  return async () => {
    const lines = parse(await read(cursor === undefined ? [] : [`--after-cursor=${cursor}`]))
    cursor = lines.at(-1)?.__CURSOR ?? cursor
    return lines
      .map(({ SYSLOG_IDENTIFIER: program, MESSAGE: words }) => `${program}: ${words}`)
      .filter((line) => !ofNoController.test(line))
  }
}

/** One round of the filter's unit as its timer starts it. systemd forgets the rounds before, or it refuses the sixth in 10 s. */
export const runFirewallUnit = async (host: LiveHost): Promise<void> => {
  const [unit = ''] = units
  await mustExec(host, `systemctl reset-failed ${unit}; systemctl start ${unit}`)
}
