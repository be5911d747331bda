import { describe, expect, it } from 'vitest'
import { describeInput } from '../../../src/core/host/describe-input.ts'
import { describeLeftOut, findShut, type InputVerdict } from '../../../src/core/host/input.ts'
import { facts, helper, ok } from '../../domain/observations.ts'

const shut = (change: Partial<InputVerdict> = {}): InputVerdict => ({
  ...{ family: 6, verdict: 'closed', by: 'ufw', table: 'filter', chain: 'INPUT' },
  ...change,
})
const check = (input: readonly InputVerdict[] | null, change: Partial<typeof facts> = {}) =>
  describeInput({
    ...{
      host: 'web',
      link: 'ssh',
      dockerRoute: 'stream-local',
      portsRelayed: false,
      isCrowded: false,
      login: null,
      platform: 'linux',
    },
    facts: ok({ ...facts, ...change }),
    helper: ok({ ...helper, input }),
    docker: { kind: 'failed', problem: { code: 'INTERNAL', details: { reference: '' } } },
    accounts: ok([]),
    login: null,
    sudo: { kind: 'free' },
  })

describe('a firewall of the host in front of docker-proxy', () => {
  it.each<[string, InputVerdict, string]>([
    ['ufw', shut(), '`sudo ufw allow 20000:29999/tcp`'],
    [
      'firewalld',
      shut({ by: 'firewalld', table: 'inet firewalld', chain: 'filter_INPUT' }),
      '`sudo firewall-cmd --permanent --add-port=20000-29999/tcp && sudo firewall-cmd --reload`',
    ],
    [
      'the kernel',
      shut({ by: 'iptables' }),
      '`sudo ip6tables -I INPUT -p tcp --dport 20000:29999 -j ACCEPT`',
    ],
    [
      'nftables',
      shut({ by: 'nftables', table: 'inet filter', chain: 'input' }),
      '`sudo nft insert rule inet filter input tcp dport 20000-29999 accept`',
    ],
  ])('of %s is told with the line to type', (_name, verdict, command) => {
    const [line] = check([verdict])
    expect(line).toMatchObject({ verdict: 'bad', advice: expect.stringContaining(command) })
    expect(line?.sentence).toContain('over IPv6')
  })

  it('puts no name of the server into a command that is no name', () => {
    const [line] = check([shut({ by: 'nftables', table: 'inet x; reboot', chain: 'input' })])
    expect(line?.advice).not.toContain('sudo')
  })

  it('may drop them, where a rule is not understood', () => {
    const [line] = check([shut({ verdict: 'unclear' })])
    expect(line).toMatchObject({ verdict: 'note', sentence: expect.stringContaining('may drop') })
    expect(describeLeftOut('web', [shut({ verdict: 'unclear' })])).toContain('may drop')
  })

  it('is nobody’s matter where no client comes by it', () => {
    expect(check(null)).toEqual([])
    expect(check([shut({ verdict: 'open' })])).toEqual([])
    expect(check([shut()], { userlandProxy: false })).toEqual([])
    expect(check([shut()], { addresses6: [] })).toEqual([])
    // Docker's address translation leads past INPUT.
    expect(check([shut({ family: 4 })])).toEqual([])
    expect(check([shut({ family: 4 })], { dockerWritesRules: false })).toHaveLength(1)
    expect(findShut([shut({ family: 4 }), shut()], { userlandProxy: true, dockerWritesRules: true })).toEqual(
      [shut()],
    )
  })
})
