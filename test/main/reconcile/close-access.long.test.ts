import { startPreparedHost } from '../prepared-host.ts'
import { describeClosings } from './closing-suite.ts'

const everyMood = ['Docker frozen', 'Docker stopped', 'Docker restarted'] as const

describeClosings(
  'access is taken away, whatever Docker does at any step',
  async () => {
    const host = await startPreparedHost({ name: 'web1', sudo: 'nopasswd' })
    const { startDocker, stopDocker, pauseDocker, resumeDocker } = host
    const restart = async (): Promise<void> => {
      await stopDocker()
      await startDocker()
    }
    return {
      host,
      moods: {
        'Docker frozen': { goesOn: true, spoil: pauseDocker, heal: resumeDocker },
        // Containers end with it.
        'Docker stopped': { goesOn: false, spoil: stopDocker, heal: startDocker },
        'Docker restarted': { goesOn: false, spoil: restart, heal: () => Promise.resolve() },
      },
      stop: host.stop,
    }
  },
  everyMood,
  ['Docker frozen'],
  everyMood,
)
