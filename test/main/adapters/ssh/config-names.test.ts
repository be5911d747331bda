import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readSshConfigNames } from '../../../../src/main/adapters/ssh/config-names.ts'
import { makeFolder } from '../../folder.ts'

/** A home with these files in .ssh, as this process's own for the time of the test. */
async function makeHome(files: Record<string, string>): Promise<string> {
  const home = await makeFolder()
  const before = process.env['HOME']
  process.env['HOME'] = home
  onTestFinished(() => {
    process.env['HOME'] = before
  })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(home, '.ssh', name, '..'), { recursive: true })
    await writeFile(join(home, '.ssh', name), text)
  }
  return join(home, '.ssh/config')
}

it('names without patterns are found, in their order and once', async () => {
  const config = await makeHome({
    config:
      'Host web web2\n  User ann\nHost *.internal !gate -x\nHost "db 1" web db\nMatch host x\nHost last\n',
  })
  expect(await readSshConfigNames(config, 50)).toEqual(['web', 'web2', 'db', 'last'])
  expect(await readSshConfigNames(config, 2)).toEqual(['web', 'web2'])
})

it('Include is followed as ssh does', async () => {
  const config = await makeHome({
    config: `
Include conf.d/*.conf ~/.ssh/one none
Host work-*
  Include work
Match exec "false"
  Include never
Match all
  Include always
`,
    'conf.d/b.conf': 'Host b\n',
    'conf.d/a.conf': 'Host a\n',
    'conf.d/.hidden.conf': 'Host hidden\n',
    'conf.d/c.txt': 'Host c\n',
    one: 'Host one\n',
    work: 'Host work-1 home\n',
    never: 'Host never\n',
    always: 'Host always\n',
  })
  expect(await readSshConfigNames(config, 50)).toEqual(['a', 'b', 'one', 'work-1', 'always'])
})

it('a file that includes itself, that is missing or a folder, ends', async () => {
  const config = await makeHome({ config: 'Host a\nInclude config conf.d\nHost b\n', 'conf.d/x': '' })
  expect(await readSshConfigNames(config, 50)).toEqual(['a', 'b'])
  expect(await readSshConfigNames(join(config, 'missing'), 50)).toEqual([])
})
