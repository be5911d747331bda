import { execa } from 'execa'
import { expect, test } from 'vitest'
import { makeFolder } from '../folder.ts'
import { buildProgram } from '../program.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0

test.skipIf(!canMount)(
  'a full or read-only disk takes nothing back and leaves nothing half (needs root)',
  async () => {
    const disk = await makeFolder()
    const program = await buildProgram(new URL('disk-program.ts', import.meta.url).pathname)
    try {
      const script = 'mount -t tmpfs -o size=1m,mode=700 tmpfs "$1" && exec "$2" "$3" "$1"'
      const args = [
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-ec',
        script,
        'sh',
        disk,
        process.execPath,
        program.path,
      ]
      const { stdout } = await execa('unshare', args)
      expect(JSON.parse(stdout)).toEqual({
        before: ['saved', 'saved'],
        readWhileFailing: 2,
        whileFull: ['the disk is full', 'the disk is full'],
        countWhileFull: 2,
        afterwards: ['saved'],
        readOnly: ['the disk is read-only'],
        countReadOnly: 3,
        countReopened: 3,
        warning: null,
      })
    } finally {
      await program.remove()
    }
  },
)
