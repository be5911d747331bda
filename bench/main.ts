import { measureAccess } from './access.ts'
import { measureAdopt } from './adopt.ts'
import { measureCommand } from './command.ts'
import { measureCreate } from './create.ts'
import { measureFilter } from './filter.ts'
import { measureHistory } from './history.ts'
import { measureLimit } from './limit.ts'
import { measureLink } from './link.ts'
import { measureList } from './list.ts'
import { measureNeighbour } from './neighbour.ts'
import { measurePanel } from './panel.ts'
import { describeMachine, type Report, reportBenchmark } from './report.ts'
import { measureRevoke } from './revoke.ts'
import { measureStore } from './store.ts'

/** Every benchmark by the word that runs it alone. */
const benchmarks: Readonly<Record<string, { title: string; run: (report: Report) => Promise<void> }>> = {
  create: { title: '1. Creating a tenant', run: measureCreate },
  link: { title: '2. A call of the Docker API', run: measureLink },
  access: { title: '3. Allow and revoke, until they take effect', run: measureAccess },
  filter: { title: '4. What the filter costs', run: measureFilter },
  store: { title: '5. The store', run: measureStore },
  panel: { title: '6. The panel', run: measurePanel },
  revoke: { title: '8. Taking access away', run: measureRevoke },
  adopt: { title: '9. Taking in what a host knows', run: measureAdopt },
  limit: { title: '10. Holding IPv6 connections at what was sold', run: measureLimit },
  neighbour: { title: '11. Beside a tenant that is hammered', run: measureNeighbour },
  list: { title: '12. A list of 10,000 tenants', run: measureList },
  history: { title: '13. A store with 100,000 operations', run: measureHistory },
  command: { title: '14. The first command over a fresh connection', run: measureCommand },
}

const words = process.argv.slice(2)
const unknown = words.filter((word) => !(word in benchmarks))
if (unknown.length > 0) {
  process.stderr.write(
    `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.\n`,
  )
  process.exit(2)
}
process.stdout.write(`${describeMachine()}\n`)
for (const [word, { title, run }] of Object.entries(benchmarks)) {
  if (words.length === 0 || words.includes(word)) await reportBenchmark(title, run)
}
