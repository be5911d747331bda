import { it } from 'vitest'
import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { folder, playOpenFolder, playOpenRecords, playSpoiltNote, useSmallDisk } from './small-disk.ts'

describeOnHosts('a disk that takes nothing more', () => {
  const disk = useSmallDisk()

  it.each([
    ['emptied', ''],
    ['of another shape', '{"acme0001": "198.51.100.7/32"}'],
    ['of other words', 'nonsense'],
  ])('lets nobody in again when what it keeps of that is %s', (_, text) => playSpoiltNote(disk, text))

  it.each([
    ["is another user's", `chown nobody ${folder}`],
    ['lies in one that anybody may write to', 'chmod o+w /var/lib'],
  ])('whose folder %s, lets nobody in, and closing goes on', (_, spoil) => playOpenFolder(disk, spoil))

  it.each([
    ['folder', `chmod 777 ${folder}`, folder],
    ['journal', `touch ${folder}/journal; chown nobody ${folder}/journal`, `${folder}/journal`],
    ['range', `chmod o+w ${folder}/range`, `${folder}/range`],
  ])('whose %s others can change, is filled in from by nothing that runs', (_, spoil, path) =>
    playOpenRecords(disk, spoil, path),
  )
})
