import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemDetails } from '../../src/contract/problem.ts'
import { createProgram } from '../../src/main/cli/program.ts'
import { listCommands, listCommonFlags } from './command-reference.ts'
import { listDocuments } from './documents.ts'
import { parseCodeSpans, parseSections } from './markdown.ts'
import { isKnown, listTyped } from './typed-commands.ts'

const project = join(import.meta.dirname, '../..')
const path = join(project, 'docs/cli.md')
const text = await readFile(path, 'utf8')
const documents = await listDocuments(project)
const program = createProgram()
const nouns = program.commands.map((noun) => noun.name())
const commands = listCommands(program)
const common = listCommonFlags(program)
const sections = new Map(parseSections(text).map(({ title, body }) => [title, body]))
const bodyOf = (title: string): string => sections.get(title) ?? ''

/** The options that a text explains: `--tag TAG` and `--yes` in code spans that begin with one. */
const flagsIn = (body: string): string[] =>
  parseCodeSpans(body)
    .filter((span) => span.startsWith('-'))
    .flatMap((span) => span.match(/--[a-z][a-z-]*/g) ?? [])

describe('docs/cli.md', () => {
  // `npm test -- test/docs -u` writes them.
  it('has the line of usage of every command', async () => {
    await expect(withSynopses(text)).toMatchFileSnapshot(path)
  })

  it('has a section for each command, and for nothing that is none', () => {
    const titles = [...sections.keys()].filter((title) => nouns.includes(title.split(' ')[0] ?? ''))
    const withCommands = program.commands.filter((noun) => noun.commands.length > 0)
    const expected = [...withCommands.map((noun) => noun.name()), ...commands.map((command) => command.path)]
    expect(titles.sort()).toEqual(expected.sort())
  })

  it('explains the options that all commands have, and those of the program itself', () => {
    const own = program.options.flatMap(({ long }) => long ?? [])
    expect(new Set(flagsIn(bodyOf('For all commands')))).toEqual(new Set([...common, ...own, '--help']))
  })

  it.each(commands)('explains all options of $path, and none that it has not', (command) => {
    const { ownFlags, allFlags, choices } = command
    const body = bodyOf(command.path)
    const explained = flagsIn(body)
    expect(ownFlags.filter((flag) => !explained.includes(flag))).toEqual([])
    // A section may say that the command lacks a common one.
    expect(explained.filter((flag) => ![...allFlags, ...common].includes(flag))).toEqual([])
    expect(choices.filter((choice) => !body.includes(`\`${choice}\``))).toEqual([])
  })

  it('names no option anywhere that no command has', () => {
    const known = new Set(['--help', '--version', ...commands.flatMap(({ allFlags }) => allFlags)])
    expect(flagsIn(text).filter((flag) => !known.has(flag))).toEqual([])
  })

  it('has every code of a problem, and no other', () => {
    const codes = bodyOf('Codes').match(/\b[A-Z]+(_[A-Z]+)+\b|\b(INTERNAL|CANCELLED)\b/g) ?? []
    expect(codes.sort()).toEqual(Object.keys(problemDetails).sort())
  })
})

describe('what documents tell people to type', () => {
  it.each(documents)('is commands and options that there are: %s', async (document) => {
    const typed = listTyped(await readFile(join(project, document), 'utf8'), nouns)
    expect(typed.filter((line) => !isKnown(line, commands))).toEqual([])
  })
})

/** The document with the lines of usage as the program has them, each below its heading. */
function withSynopses(document: string): string {
  return commands.reduce(
    (changed, command) =>
      changed.replace(
        new RegExp(`^(#{2,3} ${command.path}\n\n)(?: {4}.*\n)*\n?`, 'm'),
        (_, heading: string) => `${heading}${command.synopsis}\n\n`,
      ),
    document,
  )
}
