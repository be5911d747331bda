import { expect, it } from 'vitest'
import { describeUpgrade, type SeenImage } from '../../src/domain/upgrade.ts'

const image = (id: string, memcached: string | null = null): SeenImage => ({ id, memcached })

it.each<[container: SeenImage | null, host: SeenImage | null, available: boolean, sentence: string]>([
  [image('a'), null, false, 'The host has no image for tenants.'],
  [null, image('a'), false, 'Its container is not on the host.'],
  [image('a'), image('a'), false, "It runs the host's current image."],
  [image('a', '1.6.18'), image('a', '1.6.18'), false, "It runs the host's current image, memcached 1.6.18."],
  [image('a', '1.6.18'), image('b', '1.6.18'), true, 'The host has another image now, memcached 1.6.18.'],
  [image('a', '1.6.18'), image('b'), true, 'The host has another image now.'],
  [
    image('a', '1.6.18'),
    image('b', '1.6.45'),
    true,
    'The host has memcached 1.6.45 now; this tenant runs memcached 1.6.18.',
  ],
  [
    image('a'),
    image('b', '1.6.45'),
    true,
    'The host has memcached 1.6.45 now; this tenant runs an older image.',
  ],
])('a container of %j where the host has %j', (container, host, available, sentence) => {
  expect(describeUpgrade(container, host)).toEqual({ available, sentence })
})
