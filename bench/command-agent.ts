/**
 * One build's part of the benchmark `command`: a server, and a store that has it. It depends on nothing but parts that every
 * build since b696e63 has, so that it can be copied into an older checkout.
 *
 * argv: nothing that matters. Prints `ready`; then for each line of standard input the milliseconds until the first command
 * over a fresh connection is answered: `link` is the connection and a command alone, `program` is `memharbor tenant show`.
 */
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { createTenant } from '../test/main/panel.ts'
import { startPanelHost } from './panel-host.ts'
import { openLink } from './ssh-access.ts'

const panelHost = await startPanelHost('bench')
const { dataDir } = panelHost.panel
try {
  await createTenant(panelHost.panel, { name: 'acme' })
  await panelHost.reopen(async () => {
    process.stdout.write('ready\n')
    for await (const way of createInterface(process.stdin)) {
      const began = performance.now()
      await (way === 'link' ? runOverLink() : runProgram())
      process.stdout.write(`${performance.now() - began}\n`)
    }
  })
} finally {
  await panelHost.stop()
}
process.exit(0)

async function runOverLink(): Promise<void> {
  const link = openLink(panelHost.host)
  const { stdout } = await link.run('observe', 'print("seen")\n')
  if (stdout !== 'seen\n') throw new Error(`it printed ${stdout}`)
  await link.close()
}

async function runProgram(): Promise<void> {
  await execa(process.execPath, ['out/main/cli.js', 'tenant', 'show', 'acme', '--data', dataDir])
}
