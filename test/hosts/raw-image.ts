import type { Host } from './host.ts'

/** The name of the image that `importRawImage` makes. */
export const rawImage = 'memcached:raw'

/** The host's own memcached with the libraries that it loads, as an image of one layer. */
const script = `set -e
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir "$directory/etc"
echo 'memcache:x:11211:11211::/:/usr/sbin/nologin' > "$directory/etc/passwd"
cp -L --parents /usr/bin/memcached $(ldd /usr/bin/memcached | grep -o '/[^ ]*') "$directory"
tar -C "$directory" -c . | docker import -c 'USER 11211' -c 'ENTRYPOINT ["memcached"]' - ${rawImage}
`

/** Makes an image for tests that want a container without the code under test. */
export const importRawImage = async (host: Host): Promise<void> => {
  const made = await host.exec(['sh', '-c', script])
  if (made.status !== 0) throw new Error(`no image could be made: ${made.stderr}`)
}
