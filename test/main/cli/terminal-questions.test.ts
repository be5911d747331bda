import { spawn } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import { until } from '../../hosts/condition.ts'
import { buildProgram } from '../program.ts'

it('questions steer no terminal', async () => {
  const program = await buildProgram(new URL('ask-program.ts', import.meta.url).pathname)
  // Questions are asked where both ends are a terminal, which util-linux has a program for.
  const command = `"${process.execPath}" "${program.path}"`
  const asking = spawn('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'])
  onTestFinished(() => void asking.kill())
  let shown = ''
  asking.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const ended = new Promise<number | null>((resolve) => asking.once('close', resolve))
  await until('it asks', () => shown.includes(']0;PWNEDweb?'))
  asking.stdin.write('n\r')
  await until('it asks for the secret', () => shown.includes('Password of ]0;PWNEDweb'))
  asking.stdin.write('s3cret\r')
  expect(await ended).toBe(0)
  expect(shown).not.toContain('\u001b]0;')
  expect(shown).not.toContain('\u0007')
  expect(shown).not.toContain('s3cret')
})
