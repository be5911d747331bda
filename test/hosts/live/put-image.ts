import type { Host, HostNamespace } from '../host.ts'
import { mustRun } from '../run.ts'

/** The program with the libraries that it loads there, as a tar on standard output. */
const pack = `set -e
libraries=$(chroot "$0" ldd /usr/bin/memcached | grep -o '/[^ ]*')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/etc"
for file in /usr/bin/memcached $libraries; do
  mkdir -p "$folder$(dirname "$file")"
  chroot "$0" cat "$file" >"$folder$file"
  chmod 755 "$folder$file"
done
tar -C "$folder" -c .`

/**
 * Has a prepared host make tenants' containers of the memcached of another release: its image gets the name of the
 * host's own, with the same settings.
 * @param root a root of `observeLiveRoot`
 */
export const putImage = async (
  host: Host & Pick<HostNamespace, 'namespace'>,
  root: string,
): Promise<void> => {
  const tag = (
    await mustRun(host.namespace.enter(['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}']))
  ).trim()
  const format = '{{.Config.User}} {{json .Config.Labels}}'
  const own = (await mustRun(host.namespace.enter(['docker', 'inspect', '-f', format, tag]))).trim()
  const [user = '', labels = ''] = own.split(' ')
  const told = Object.entries(JSON.parse(labels) as Record<string, string>).map(
    ([name, value]) => `LABEL ${name}=${value}`,
  )
  const settings = [`USER ${user}`, 'ENTRYPOINT ["memcached"]', ...told].flatMap((line) => ['-c', line])
  const load = host.namespace.enter(['docker', 'import', ...settings, '-', tag])
  await mustRun(['bash', '-o', 'pipefail', '-c', `(${pack}) | "$@"`, root, ...load])
}
