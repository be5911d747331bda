import type { Credentials } from '../credentials.ts'
import { writeHostFile } from '../host-files.ts'
import { readPublicKey } from '../keys.ts'
import type { LayeredRoot } from '../live/root-layer.ts'
import { mustRun } from '../run.ts'

/** With PAM a login takes 10 s in place of 3. */
const sshSettings = `UsePAM no
UseDNS no
`

/** Of all devices only the network card has to be found; asking for all of them is a quarter of the boot. */
const coldplug = `[Service]
ExecStart=
ExecStart=udevadm trigger --action=add --subsystem-match=virtio --subsystem-match=net
`

/** Each costs a second or more of the boot, and a server without a screen and without firmware does not miss it. */
const leftOut = [
  ...['systemd-networkd-wait-online.service', 'systemd-random-seed.service'],
  ...['systemd-logind.service', 'systemd-logind-varlink.socket'],
  ...['getty@tty1.service', 'serial-getty@ttyS0.service', 'systemd-pstore.service', 'e2scrub_reap.service'],
  ...['modprobe@drm.service', 'modprobe@configfs.service', 'modprobe@efi_pstore.service'],
  ...['modprobe@fuse.service', 'modprobe@dm_mod.service', 'modprobe@loop.service'],
  ...['dev-hugepages.mount', 'dev-mqueue.mount', 'sys-kernel-debug.mount', 'sys-kernel-tracing.mount'],
  ...['tmp.mount', 'systemd-binfmt.service', 'proc-sys-fs-binfmt_misc.automount'],
  ...['systemd-udev-load-credentials.service', 'systemd-network-generator.service'],
]

/** Lets root in with the operator's key, and takes away what makes a slow machine slower. */
export const furnishEmulated = async (root: LayeredRoot, { identityFile }: Credentials): Promise<void> => {
  await writeHostFile(root, '/etc/ssh/sshd_config.d/emulated.conf', sshSettings)
  await mustRun(root.enter(['install', '-d', '-m', '700', '/root/.ssh']))
  const keys = `${readPublicKey(identityFile)}\n`
  await writeHostFile(root, '/root/.ssh/authorized_keys', keys, { mode: '600' })
  await writeHostFile(root, '/etc/systemd/system/systemd-udev-trigger.service.d/emulated.conf', coldplug)
  await mustRun(root.enter(['systemctl', '--quiet', 'mask', ...leftOut]))
  // Younger than /usr, these say that what the first boot after a change of it would do is done.
  await mustRun(root.enter(['touch', '/etc/.updated', '/var/.updated']))
}
