import { until } from '../test/hosts/condition.ts'
import type { Running } from '../test/hosts/running.ts'

/** A line to a program, and the line that it answers with. */
export async function ask(program: Running, line: string): Promise<string> {
  const seen = (await program.output()).length
  await program.write(`${line}\n`)
  const rest = async (): Promise<string> => (await program.output()).slice(seen)
  await until('the program has answered', async () => (await rest()).endsWith('\n'), 60_000)
  return (await rest()).trim()
}
