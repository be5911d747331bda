import { Command, InvalidArgumentError } from 'commander'
import { parseHostTarget } from './parse-target.ts'

/** A command with the options that all of them have. */
export function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON document')
    .option('--data <DIR>', 'the folder of the store (or MEMHARBOR_DATA)')
    .option('--passphrase-file <FILE>', 'a file with the passphrase of the key that is used')
}

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value]
}

/** A number as commander takes it; what is no number is wrong usage. Ranges are the router's matter. */
export function parseNumber(value: string): number {
  const number = Number(value)
  if (value.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('It is not a number.')
  return number
}

/** `20000-29999` */
export function parseRange(value: string): { from: number; to: number } {
  const match = /^(\d+)-(\d+)$/.exec(value)
  if (match === null) throw new InvalidArgumentError('Give it as FROM-TO, for example 20000-29999.')
  return { from: Number(match[1]), to: Number(match[2]) }
}

/** `deploy@203.0.113.7:2222`; wrong usage if it cannot be read. */
export function parseSsh(value: string): ReturnType<typeof parseHostTarget> & object {
  const target = parseHostTarget(value)
  if (target === undefined)
    throw new InvalidArgumentError('Give it as USER@ADDRESS, USER@ADDRESS:PORT or a name of ~/.ssh/config.')
  return target
}
