import { until } from '../condition.ts'
import { run } from '../run.ts'
import type { ProofStep } from './proof.ts'
import type { World } from './world.ts'

/** That the sandbox itself is what it should be: entered by SSH, with Docker, and two separate clients. */
export const sandboxSteps = ({ host, first, second }: World): readonly ProofStep[] => [
  {
    sentence: `${host.user}@${host.address4} is entered by SSH with a key, and reaches Docker`,
    look: async () => {
      const options = [
        '-F',
        'none',
        '-i',
        host.identityFile,
        '-o',
        'IdentitiesOnly=yes',
        '-o',
        'BatchMode=yes',
      ]
      const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-q']
      const command = 'docker version --format "{{.Server.Version}}"'
      const result = await run(['ssh', ...options, ...trust, `${host.user}@${host.address4}`, command])
      return { held: result.status === 0, detail: (result.stdout || result.stderr).trim() }
    },
  },
  ...[first, second].map((client, number) => ({
    sentence: `client ${number + 1} (${client.address4}) reaches a port of the host`,
    look: async () => {
      const port = `1999${number}`
      const listener = await host.spawn(['nc', '-l', '-k', port])
      try {
        const say = ['nc', '-N', '-w', '3', host.address4, port]
        await until(`port ${port} is open`, async () => {
          return (await client.exec(say, { input: 'hello\n' })).status === 0
        })
        return { held: true, detail: (await listener.waitFor('hello')).trim() }
      } finally {
        await listener.kill()
      }
    },
  })),
]
