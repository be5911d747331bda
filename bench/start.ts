import { execa } from 'execa'
import { renderSpread, timeMs } from './figures.ts'
import type { PanelHost } from './panel-host.ts'
import type { Report } from './report.ts'
import { openLink } from './ssh-access.ts'

const rounds = 15
const program = new URL('../main/cli.js', import.meta.url).pathname

/** Costs of a one-shot command besides its work: its own start, and a connection. */
export async function measureStart(report: Report, { host, panel }: PanelHost): Promise<void> {
  const [bare, help, list, handshakes]: [number[], number[], number[], number[]] = [[], [], [], []]
  const start = (...words: string[]) => execa(process.execPath, [program, ...words])
  // The store belongs to the panel of this benchmark, so this command goes through no panel: it has one of its own.
  const dataDir = `${panel.dataDir}/command-line`
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await timeMs(() => execa(process.execPath, ['-e', '0'])))
    help.push(await timeMs(() => start('--help')))
    list.push(await timeMs(() => start('tenant', 'list', '--data', dataDir)))
    const link = openLink(host)
    handshakes.push(await timeMs(() => link.connect()))
    await link.close()
  }
  report.figure('start of Node alone, ms', renderSpread(bare, 0))
  report.figure('start of the command line for its help, ms', renderSpread(help, 0))
  report.figure('`tenant list` of an empty store, whole process, ms', renderSpread(list, 0))
  report.figure('a fresh SSH connection, ms', renderSpread(handshakes, 0))
}
