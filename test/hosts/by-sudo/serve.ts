import { chownSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import type { Client } from '../client.ts'
import type { Host } from '../host.ts'
import type { Running } from '../running.ts'
import { localSandbox } from '../sandbox.ts'
import { type Call, clientFacts, hostFacts, request } from './protocol.ts'

/**
 * The root half: answers JSON lines until its input ends, then removes everything it made. Started by sudo, it gives
 * the private keys that it makes to the person who asked.
 */
export const serveSandbox = async (input: Readable, output: Writable): Promise<void> => {
  const sandbox = localSandbox()
  const answer = answering(sandbox)
  const send = (line: object): void => {
    output.write(`${JSON.stringify(line)}\n`)
  }
  // Ctrl-C reaches every program of the terminal; this one goes by its input alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  // The asking program may be gone before the answer.
  output.on('error', () => {})
  const pending = new Set<Promise<void>>()
  for await (const line of createInterface({ input })) {
    const { id, call } = request.parse(JSON.parse(line))
    const work = (async () => {
      try {
        send({ id, value: (await answer(call)) ?? null })
      } catch (error) {
        send({ id, error: error instanceof Error ? error.message : String(error) })
      }
    })()
    pending.add(work)
    void work.finally(() => pending.delete(work))
  }
  await sandbox.close()
}

const answering = (sandbox: ReturnType<typeof localSandbox>): ((call: Call) => Promise<unknown>) => {
  const hosts = new Map<string, Host>()
  const clients = new Map<number, Client>()
  const running = new Map<number, Running>()
  let handles = 0
  const keep = <Thing>(map: Map<number, Thing>, thing: Thing): number => {
    handles += 1
    map.set(handles, thing)
    return handles
  }
  return async (call) => {
    switch (call.method) {
      case 'startHost': {
        const host = await sandbox.startHost(call.options)
        hosts.set(host.id, host)
        return handOver(hostFacts.parse(host))
      }
      case 'startClient': {
        const client = await sandbox.startClient(known(hosts, call.host), call.options)
        return clientFacts.parse({ ...client, client: keep(clients, client) })
      }
      case 'clearLeftovers':
        return sandbox.clearLeftovers()
      case 'hostAction':
        return known(hosts, call.host)[call.action]()
      case 'reboot':
        return known(hosts, call.host).reboot(call.options)
      case 'replaceHostKey':
        return known(hosts, call.host).replaceHostKey()
      case 'hostExec':
        return known(hosts, call.host).exec(call.argv, call.options)
      case 'hostSpawn':
        return keep(running, await known(hosts, call.host).spawn(call.argv, call.user))
      case 'clientExec':
        return known(clients, call.client).exec(call.argv, call.options)
      case 'clientSpawn':
        return keep(running, await known(clients, call.client).spawn(call.argv))
      case 'clientStop':
        return known(clients, call.client).stop()
      case 'write':
        return known(running, call.running).write(call.text)
      case 'waitFor':
        return known(running, call.running).waitFor(call.text, call.timeoutMs)
      case 'runningAction':
        return known(running, call.running)[call.action]()
    }
  }
}

const known = <Key, Thing>(map: ReadonlyMap<Key, Thing>, key: Key): Thing => {
  const found = map.get(key)
  if (found === undefined) throw new Error(`${key} is not known here`)
  return found
}

/** sudo tells who asked in SUDO_UID and SUDO_GID. */
const caller = z.object({ SUDO_UID: z.coerce.number().int(), SUDO_GID: z.coerce.number().int() })

const handOver = (facts: z.infer<typeof hostFacts>): z.infer<typeof hostFacts> => {
  const asked = caller.safeParse(process.env)
  if (!asked.success) return facts
  for (const file of [facts.identityFile, facts.encryptedIdentityFile]) {
    chownSync(file, asked.data.SUDO_UID, asked.data.SUDO_GID)
  }
  return facts
}
