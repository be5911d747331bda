import { execa } from 'execa'
import { z } from 'zod'

const networksProgram = `
import ipaddress, json, sys
def network(text):
    try:
        loose = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    try:
        ipaddress.ip_network(text)
        strict = True
    except ValueError:
        strict = False
    mapped = loose.version == 6 and ipaddress.IPv6Address(text.split('/')[0]).ipv4_mapped is not None
    return {'cidr': str(loose), 'strict': strict, 'mapped': mapped}
print(json.dumps([network(text) for text in json.load(sys.stdin)]))
`

const subnetsProgram = `
import ipaddress, json, sys
def covers(outer, inner):
    outer, inner = ipaddress.ip_network(outer), ipaddress.ip_network(inner)
    return outer.version == inner.version and inner.subnet_of(outer)
print(json.dumps([covers(*pair) for pair in json.load(sys.stdin)]))
`

const networks = z.array(z.object({ cidr: z.string(), strict: z.boolean(), mapped: z.boolean() }).nullable())

/** The networks that Python's ipaddress, which the host goes by, reads in the texts; null: not a network. */
export async function readNetworks(texts: readonly string[]) {
  return networks.parse(await ask(networksProgram, texts))
}

/** Whether the second network of each pair is a part of the first, as Python sees it. */
export async function judgeSubnets(pairs: readonly (readonly [string, string])[]): Promise<boolean[]> {
  return z.array(z.boolean()).parse(await ask(subnetsProgram, pairs))
}

async function ask(program: string, input: unknown): Promise<unknown> {
  const { stdout } = await execa('python3', ['-c', program], { input: JSON.stringify(input) })
  return JSON.parse(stdout)
}
