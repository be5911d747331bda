import { copyFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { build } from 'vite'

/** A program of one build that measures on demand. */
export interface Agent {
  /** @returns milliseconds */
  measure(way: string): Promise<number>
  stop(): Promise<void>
}

/** This checkout, and after it that of the older build in `MEMHARBOR_BESIDE`, with its packages, where there is one. */
export function listBuilds(): string[] {
  const beside = process.env['MEMHARBOR_BESIDE']
  return ['.', ...(beside === undefined ? [] : [beside])].map((folder) => resolve(folder))
}

/**
 * Builds a program of this folder with the sources of a checkout, and starts it there with a number of tenants. It prints
 * `ready`, and then milliseconds, or `overtaken`, for each line that it reads.
 */
export async function startAgent(folder: string, name: string, count: number): Promise<Agent> {
  const isOther = folder !== resolve('.')
  const entry = join(folder, `bench/${name}.ts`)
  if (isOther) await copyFile(`bench/${name}.ts`, entry)
  const outDir = join(folder, `out/bench-${name}`)
  await build({
    ...{ root: folder, configFile: false, logLevel: 'error' },
    build: { ssr: entry, outDir, emptyOutDir: true },
  })
  if (isOther) await rm(entry)
  const child = execa(process.execPath, [join(outDir, `${name}.js`), String(count)], {
    ...{ cwd: folder, stderr: 'inherit', stdin: 'pipe' },
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  return {
    async measure(way) {
      for (;;) {
        child.stdin.write(`${way}\n`)
        const { value, done } = await lines.next()
        if (done === true) throw new Error('the agent has ended')
        if (value !== 'overtaken') return Number(value)
      }
    },
    async stop() {
      child.stdin.end()
      await child
    },
  }
}
