import type { Argument, Command, Option } from 'commander'
import { collect } from '../../src/main/cli/common-options.ts'

/** A command that does something, as docs/cli.md describes it. */
export interface CommandFacts {
  /** `tenant create` */
  readonly path: string
  /** Its line of usage without the options that all commands have, in lines that fit the document. */
  readonly synopsis: string
  /** `--memory`, those that all commands have left out. */
  readonly ownFlags: readonly string[]
  readonly allFlags: readonly string[]
  /** The words that an option takes, where it takes no others. */
  readonly choices: readonly string[]
}

/** As wide as the text of the documents. */
const width = 120
const indent = '    '

/** All commands of the program that are not only there to hold others. */
export function listCommands(program: Command): CommandFacts[] {
  const found = program.commands.flatMap((noun) => (noun.commands.length > 0 ? noun.commands : [noun]))
  const common = listCommonFlags(program)
  return found.map((command) => {
    const own = command.options.filter((option) => !usesCommon(command, common, option))
    return {
      path: pathOf(command),
      synopsis: renderSynopsis(command, own),
      ownFlags: own.map(flagOf),
      allFlags: command.options.map(flagOf),
      choices: command.options.flatMap((option) => option.argChoices ?? []),
    }
  })
}

/** The options that every command of every noun has. */
export function listCommonFlags(program: Command): string[] {
  const [first, ...others] = program.commands.flatMap((noun) => noun.commands)
  const flags = first?.options.map(flagOf) ?? []
  return flags.filter((flag) =>
    others.every((command) => command.options.some((option) => flagOf(option) === flag)),
  )
}

/** A command that lacks one of the common options is described with those that it has. */
const usesCommon = (command: Command, common: readonly string[], option: Option): boolean =>
  common.includes(flagOf(option)) && common.every((flag) => command.options.map(flagOf).includes(flag))

const flagOf = ({ long, flags }: Option): string => long ?? flags

const pathOf = (command: Command): string => {
  const { parent } = command
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}

/** `memharbor tenant create NAME… [--host HOST] [--tag TAG]…` */
function renderSynopsis(command: Command, options: readonly Option[]): string {
  const words = [...command.registeredArguments.map(renderArgument), ...options.map(renderOption)]
  const lines: string[] = []
  let line = `${indent}memharbor ${pathOf(command)}`
  for (const word of words) {
    if (line.length + word.length + 1 > width) {
      lines.push(line)
      line = `${indent}   `
    }
    line += ` ${word}`
  }
  return [...lines, line].join('\n')
}

function renderArgument(argument: Argument): string {
  const name = `${argument.name().toUpperCase()}${argument.variadic ? '…' : ''}`
  return argument.required ? name : `[${name}]`
}

/** `[--tag TAG]…`: what may be given several times collects its values. */
function renderOption(option: Option): string {
  const text = option.flags.replaceAll(/[<>]/g, '')
  const bracketed = option.mandatory ? text : `[${text}]`
  return option.parseArg === collect ? `${bracketed}…` : bracketed
}
