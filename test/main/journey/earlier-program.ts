import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { execa } from 'execa'
import { expect, onTestFinished } from 'vitest'
import type { HostFacts } from '../../hosts/host.ts'
import { briefly } from '../brief-node.ts'

const kept = join(import.meta.dirname, '../../fixtures/b696e63/panel.mjs.gz')

/** The command line as it was at b696e63; the packages beside it are today's. */
export interface EarlierProgram {
  /** Runs a command, which has to end well, on the store in a folder; returns what it prints. */
  run(folder: string, ...args: readonly string[]): Promise<string>
}

/** Unpacks it for the test that runs, with which it goes away. */
export async function unpackEarlier(): Promise<EarlierProgram> {
  // Inside of the project, because its packages are looked for from there upwards.
  const program = join(import.meta.dirname, `../../../node_modules/.earlier-${process.pid}.mjs`)
  onTestFinished(() => rm(program, { force: true }))
  await writeFile(program, gunzipSync(await readFile(kept)))
  return {
    run: async (folder, ...args) => {
      const env = { PATH: process.env['PATH'] ?? '', HOME: folder, MEMHARBOR_DATA: folder }
      const { exitCode, stdout, stderr } = await execa(process.execPath, [...briefly, program, ...args], {
        ...{ env, extendEnv: false, reject: false, input: '' },
      })
      expect(exitCode, `${args.join(' ')}: ${stderr}`).toBe(0)
      return stdout
    },
  }
}

/** The words that add a host to it. */
export const addWords = (host: HostFacts, name: string): readonly string[] => [
  ...['host', 'add', name, '--ssh', `${host.user}@${host.address4}`, '--identity', host.identityFile],
  ...['--host-key', host.hostKeyFingerprint],
]
