import { readdirSync } from 'node:fs'
import { type Daemon, startDaemon } from '../daemon.ts'
import type { LayeredRoot } from '../live/root-layer.ts'
import { switchName } from '../live/surroundings.ts'
import type { Namespace } from '../namespace.ts'
import { mustRun } from '../run.ts'

/** The name of the only network card with `net.ifnames=0`. */
export const cardName = 'eth0'

const tapName = 'tap0'

/**
 * The disk never has a name while there is something in it, so nothing is left of it however the machine ends. It is
 * made for each machine: that takes seconds, and its boot minutes.
 */
const diskScript = `set -e
root=$1
shift
disk=$(mktemp /var/tmp/memharbor-disk-XXXXXXXX)
exec 3<> "$disk"
rm "$disk"
truncate --size=4G /proc/self/fd/3
mkfs.ext4 -q -F -d "$root" /proc/self/fd/3
exec "$@"
`

/**
 * Without hardware's help (KVM), because few machines that tests run on have it. The kernel has the drivers of ext4 and
 * NVMe built in, so it boots without an initial file system in memory.
 */
const qemu = (kernel: string): readonly string[] => [
  ...['qemu-system-x86_64', '-machine', 'q35,sata=off', '-accel', 'tcg,thread=multi,tb-size=256'],
  // The instructions for virtual machines of its own, and page tables of five levels, only cost time.
  ...['-cpu', 'max,la57=off,-svm,-vmx', '-smp', '2', '-m', '1024'],
  ...['-nodefaults', '-no-user-config', '-nographic', '-monitor', 'none', '-serial', 'stdio'],
  ...['-drive', 'if=none,id=disk,format=raw,cache=unsafe,file=/proc/self/fd/3'],
  ...['-device', 'nvme,drive=disk,serial=disk'],
  ...['-netdev', `tap,id=net,ifname=${tapName},script=no,downscript=no`],
  ...['-device', 'virtio-net-pci,netdev=net,romfile='],
  ...['-kernel', kernel, '-append', `root=/dev/nvme0n1 rw console=ttyS0 ${kernelOptions.join(' ')}`],
]

const kernelOptions = [
  'net.ifnames=0',
  'mitigations=off',
  'audit=0',
  'loglevel=4',
  'systemd.show_status=error',
]

/**
 * Starts a machine with a kernel and a disk of its own, made of a root that holds a kernel. Its network card hangs at the
 * switch of the namespace, and it ends with the namespace. Its serial line is appended to `logPath`.
 */
export const startVirtualMachine = async (
  namespace: Namespace,
  root: LayeredRoot,
  kernel: string,
  logPath: string,
): Promise<Daemon> => {
  const inNamespace = (...argv: readonly string[]): Promise<string> => mustRun(namespace.enter(argv))
  await inNamespace('ip', 'tuntap', 'add', 'dev', tapName, 'mode', 'tap')
  await inNamespace('ip', 'link', 'set', tapName, 'master', switchName, 'up')
  return startDaemon(namespace.enter(['sh', '-c', diskScript, 'disk', root.path, ...qemu(kernel)]), logPath)
}

/** The kernel that the packages of a root have in it: `/boot/vmlinuz-6.12.48+deb13-cloud-amd64`. */
export const findKernel = (root: string): string => {
  const found = readdirSync(`${root}/boot`).find((name) => name.startsWith('vmlinuz-'))
  if (found === undefined) throw new Error(`there is no kernel in ${root}`)
  return `${root}/boot/${found}`
}
