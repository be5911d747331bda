import type { CheckLine } from '../../contract/host.ts'
import { line } from '../../domain/check-line.ts'
import type { HostObservation } from '../../domain/host-observation.ts'
import { describeLetting, findShut, nameInput } from './input.ts'

/** Subject of the lines about a firewall of the host's own in front of its tenants. */
export const inputSubject = 'Own firewall'

/** Lines for a host that drops allowed clients before Docker gets them, with the command that lets them by. */
export function describeInput({ host, facts, helper }: HostObservation): CheckLine[] {
  if (facts.kind === 'failed' || helper.kind === 'failed' || !helper.value.configured) return []
  const { input, range } = helper.value
  const hasAddress = { 4: facts.value.addresses4.length > 0, 6: facts.value.addresses6.length > 0 }
  return findShut(input, facts.value)
    .filter(({ family }) => hasAddress[family])
    .map((each) => {
      const drops = each.verdict === 'closed' ? 'drops' : 'may drop'
      const sentence = `${nameInput(each)} on ${host} ${drops} clients of tenants over IPv${each.family}, allowed ones too: Docker takes them by a program of the server (docker-proxy), so they pass the server's own firewall. Tenants are given no IPv${each.family} address meanwhile.`
      const saved =
        each.by === 'iptables' || each.by === 'nftables' ? ', and save it as your other rules are saved' : ''
      const advice = `Let them by there with ${describeLetting(each, range)}${saved}. The ports stay closed to all but the allowlists.`
      return line(inputSubject, each.verdict === 'closed' ? 'bad' : 'note', capitalize(sentence), advice)
    })
}

const capitalize = (text: string): string => (text.startsWith('the ') ? `T${text.slice(1)}` : text)
