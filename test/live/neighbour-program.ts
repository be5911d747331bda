import type { LiveHost } from '../hosts/live/live-host.ts'
import { mustExec, startAtBoots } from './boot-service.ts'

/** On disk, so that it outlives a reboot. */
const folder = '/var/lib/neighbours'
/** As a program of a container would, without end: each memcached's network tries each other one's address. */
const script = `mkdir -p ${folder}
while :; do
  pids=$(pgrep -x memcached)
  for from in $pids; do
    for to in $pids; do
      address=$(nsenter -t $to -n hostname -I | cut -d' ' -f1)
      if [[ $from == $to || -z $address ]]; then continue; fi
      echo try >> ${folder}/tries
      nsenter -t $from -n timeout 0.3 bash -c "exec 3<>/dev/tcp/$address/11211" 2>> /dev/null &&
        echo "$address" >> ${folder}/reached
    done
  done
  sleep 0.05
done
`
export interface Neighbours {
  /** Tries so far, and those that got through. */
  count(): Promise<{ tries: number; reached: number }>
  stop(): Promise<void>
}

/** Lets frames between a bridge's ports past every filter, as libvirt and others ask for, from now on and at boots. */
export async function letFramesPast(host: LiveHost): Promise<void> {
  const settings = ['iptables', 'ip6tables'].map((name) => `net.bridge.bridge-nf-call-${name}=0`)
  await mustExec(host, `printf '%s\\n' ${settings.join(' ')} > /etc/sysctl.d/99-bridge.conf`)
  await mustExec(host, 'echo br_netfilter > /etc/modules-load.d/bridge.conf')
  await mustExec(host, `sysctl -qw ${settings.join(' ')}`)
}

/** Starts a service that has every tenant's container try the others, also while the host boots. */
export async function startNeighbours(host: LiveHost): Promise<Neighbours> {
  const stop = await startAtBoots(host, 'try-neighbours', script)
  const lines = async (file: string): Promise<number> =>
    Number(await mustExec(host, `cat ${folder}/${file} 2>> /dev/null | wc -l`))
  return {
    count: async () => ({ tries: await lines('tries'), reached: await lines('reached') }),
    stop,
  }
}
