import type { z } from 'zod'
import { renderNetwork4 } from '../../../core/address/network4.ts'
import type { AddressPool } from '../../../core/host/taken-networks.ts'
import type { DockerFacts } from '../../../domain/host-observation.ts'
import { type infoAnswer, subnetEntry } from '../../adapters/docker/answers.ts'
import { inPieces } from '../../adapters/docker/docker.ts'
import { readList } from '../../adapters/docker/read-list.ts'
import type { HostAccess } from './host-pool.ts'

/** IPv4 subnets of all networks of a Docker, but for those of a swarm: these are apart from what the host has. */
export async function observeSubnets({ docker }: HostAccess): Promise<DockerFacts['subnets']> {
  const networks = await docker.call(
    'list the subnets',
    (api) => readList(api, { path: '/networks' }, subnetEntry),
    { bounds: inPieces },
  )
  return networks
    .filter(({ Scope }) => Scope !== 'swarm')
    .flatMap(({ Name: name, IPAM }) =>
      (IPAM?.Config ?? []).flatMap(({ Subnet = '' }) => {
        const subnet = renderNetwork4(Subnet)
        return subnet === null ? [] : [{ name, subnet }]
      }),
    )
}

/** Of Docker 19.03 and later, in the sources of moby: `libnetwork/ipamutils`. */
const ownPools: readonly AddressPool[] = [
  ...['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16'].map((base) => ({ base, size: 16 })),
  ...['172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14'].map((base) => ({ base, size: 16 })),
  { base: '192.168.0.0/16', size: 20 },
]

/** Where a Docker takes subnets from: as its configuration says, else by itself. */
export function parsePools({ DefaultAddressPools }: z.output<typeof infoAnswer>): readonly AddressPool[] {
  if (DefaultAddressPools === undefined || DefaultAddressPools.length === 0) return ownPools
  return DefaultAddressPools.flatMap(({ Base, Size: size }) => {
    const base = renderNetwork4(Base)
    return base === null ? [] : [{ base, size }]
  })
}
