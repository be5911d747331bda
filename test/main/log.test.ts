import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLog } from '../../src/main/log.ts'
import { makeFolder } from './folder.ts'

test('the log stays small while the program runs, and each of its files has whole lines', async () => {
  const folder = await makeFolder()
  const log = openLog(folder)
  const filling = 'x'.repeat(50_000)
  const count = 250
  for (let number = 0; number < count; number += 1) log.info({ number, filling })
  const path = join(folder, 'memharbor.log')
  const numbers: number[] = []
  for (const each of [`${path}.1`, path]) {
    expect((await stat(each)).size).toBeLessThan(5.1 * 2 ** 20)
    expect((await stat(each)).mode & 0o777).toBe(0o600)
    for (const line of (await readFile(each, 'utf8')).trimEnd().split('\n')) {
      numbers.push((JSON.parse(line) as { number: number }).number)
    }
  }
  const [first = 0] = numbers
  expect(numbers).toEqual(Array.from({ length: count - first }, (_, index) => first + index))
})
