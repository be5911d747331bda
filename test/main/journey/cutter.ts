import type { HostNamespace } from '../../hosts/host.ts'

/** Says `armed`, and at the next line kills every descendant of sshd; the listener stays. */
const script = `
import os, signal, sys
with open('/run/sshd.pid') as file:
    listener = int(file.read())
print('armed', flush=True)
sys.stdin.readline()
parents = {}
for name in filter(str.isdigit, os.listdir('/proc')):
    try:
        with open(f'/proc/{name}/stat') as stat:
            parents[int(name)] = int(stat.read().rpartition(')')[2].split()[1])
    except OSError:
        pass
found = [listener]
for parent in found:
    found += [child for child, its in parents.items() if its == parent]
for pid in found[1:]:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
`

/** Makes ready to cut all SSH connections of a host within a millisecond or two, as a crash of its server would. */
export async function armCutter(host: HostNamespace): Promise<() => Promise<void>> {
  const cutter = await host.spawn(['/usr/bin/python3', '-IS', '-c', script])
  await cutter.waitFor('armed')
  return async () => {
    await cutter.write('\n')
    await cutter.exited()
  }
}
