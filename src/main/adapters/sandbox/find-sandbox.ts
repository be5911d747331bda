import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'

/** How a sandbox can be made on this computer: by this panel, only by its operator and why, or not at all. */
export type SandboxWay =
  | { readonly kind: 'here'; readonly node: string; readonly project: string }
  | { readonly kind: 'terminal'; readonly why: string }
  | { readonly kind: 'none' }

/** From the project's folder. */
export const sandboxScript = 'scripts/try.mjs'

/** Where the project is, seen from a program in `out/main` or `out/try` and from its parts in a folder below that. */
const projects = ['../..', '../../..'].map((place) => join(import.meta.dirname, place))

const answerWithinMs = 3_000

/** Looks for the project's script, for Node and for root without a password; nothing is changed. */
export async function findSandboxWay(): Promise<SandboxWay> {
  if (process.platform !== 'linux') return { kind: 'none' }
  const project = projects.find((place) => existsSync(join(place, sandboxScript)))
  if (project === undefined)
    return terminal("This program does not run from the project's folder, which has what makes the sandbox.")
  // A sandbox in a sandbox would be built over the one that runs.
  if (relative(join(project, 'out'), import.meta.dirname).startsWith('try')) return { kind: 'none' }
  const [node, why] = await Promise.all([findNode(), whyNotRoot()])
  if (node === undefined) return terminal('Node.js was not found, and the sandbox is made by it.')
  return why === undefined ? { kind: 'here', node, project } : terminal(why)
}

function terminal(why: string): SandboxWay {
  return { kind: 'terminal', why }
}

/** The window's own executable is Electron, which sudo would start as that; npm tells which Node it runs by itself. */
async function findNode(): Promise<string | undefined> {
  if (process.versions['electron'] === undefined) return process.execPath
  const node = process.env['npm_node_execpath'] || 'node'
  return (await succeeds(node, ['--version'])) ? node : undefined
}

async function whyNotRoot(): Promise<string | undefined> {
  if (process.getuid?.() === 0) return undefined
  // Never asks: without a password at hand it fails at once.
  if (await succeeds('sudo', ['-n', 'true'])) return undefined
  return 'The sandbox needs root, and sudo asks for a password here.'
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  const { execa } = await import('execa')
  const options = { stdio: 'ignore', timeout: answerWithinMs, reject: false } as const
  return (await execa(program, args, options)).exitCode === 0
}
