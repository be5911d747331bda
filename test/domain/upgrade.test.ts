import { expect, it } from 'vitest'
import { describeUpgrade, type SeenImage, type UsedImage } from '../../src/domain/upgrade.ts'

const image = (id: string, memcached: string | null = null, schema = 4): UsedImage => ({
  ...{ id, memcached, schema, newest: 4 },
})

it.each<[container: UsedImage | null, host: SeenImage | null, available: boolean, sentence: string]>([
  [image('a'), null, false, 'The host has no image for tenants.'],
  [null, image('a'), false, 'Its container is not on the host.'],
  [image('a'), image('a'), false, "It runs the host's current image."],
  [image('a', '1.6.18'), image('a', '1.6.18'), false, "It runs the host's current image, memcached 1.6.18."],
  [
    image('a', '1.6.18', 1),
    image('a', '1.6.18'),
    true,
    'Its container was made by an earlier Memharbor, which let it make more system calls than it needs.',
  ],
  [
    image('a', '1.6.18', 2),
    image('a', '1.6.18'),
    true,
    'Its container was made by an earlier Memharbor: memcached keeps some of its connections for itself, and resized more than once it may keep memory that its cache has given back.',
  ],
  [
    image('a', '1.6.18', 3),
    image('a', '1.6.18'),
    true,
    'Its container was made by an earlier Memharbor: when it begins again, its cache has the size that it was made with, until its host sets that right.',
  ],
  [
    { ...image('a', '1.6.18', 3), newest: 3 },
    image('a', '1.6.18'),
    false,
    "It runs the host's current image, memcached 1.6.18.",
  ],
  [
    image('a', '1.6.18', 5),
    image('a', '1.6.18'),
    false,
    "It runs the host's current image, memcached 1.6.18.",
  ],
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
