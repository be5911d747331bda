import type { LiveHost } from '../hosts/live/live-host.ts'
import { type Round, readRounds, type Try } from '../hosts/reach.ts'
import reachOut from '../hosts/reach-out.py?raw'
import { mustExec, startAtBoots, writeFile } from './boot-service.ts'

/** On disk, so that it outlives a reboot. */
const folder = '/var/lib/reach-out'

/** `tries` stays open behind its only line, because the program ends where its input does. */
const script = `cd ${folder} && (cat tries; exec sleep infinity) | \
exec /usr/bin/python3 -IS reach-out.py 0.3 memcached 11211 >> rounds
`

/** Tries from every tenant's container, again and again, through restarts and from the first moments of each boot. */
export interface ReachingOut {
  rounds(): Promise<Round[]>
  stop(): Promise<void>
}

export async function startReachingOut(host: LiveHost, tries: readonly Try[]): Promise<ReachingOut> {
  await mustExec(host, `mkdir -p ${folder} && : > ${folder}/rounds`)
  await writeFile(host, `${folder}/reach-out.py`, reachOut)
  await writeFile(host, `${folder}/tries`, `${JSON.stringify(tries)}\n`)
  const stop = await startAtBoots(host, 'reach-out', script)
  const rounds = async (): Promise<Round[]> => {
    const lines = await mustExec(host, `cat ${folder}/rounds`)
    return lines === '' ? [] : readRounds(`${lines}\n`)
  }
  return { rounds, stop }
}
