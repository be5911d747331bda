import type { Problem } from '../contract/problem.ts'
import type { Drift } from '../core/host/describe-drift.ts'
import type { InputVerdict } from '../core/host/input.ts'
import type { AddressPool, Route } from '../core/host/taken-networks.ts'
import type { Account, OperatorRule } from '../core/operator/operator.ts'
import type { Doors } from './doors.ts'
import type { MissingLimits } from './missing-limits.ts'
import type { PortRange } from './port-range.ts'

/** The facts of a host that an ordinary user sees, without any right. */
export interface HostFacts {
  readonly osName: string
  readonly kernel: string
  readonly user: string
  readonly uid: number
  /** The path of the login shell, as in /etc/passwd; null: the account is not listed. */
  readonly shell: string | null
  /** Docker is installed: its daemon, and not only a program of that name. */
  readonly dockerProgram: boolean
  /** Podman's socket, or a script that starts Podman, is where Docker's would be. */
  readonly podman: 'socket' | 'program' | null
  /** The user has a Docker without root, at a socket of their own. */
  readonly ownDocker: boolean
  /** Docker is there as a snap alone. */
  readonly snapDocker: boolean
  /** The units of Docker as systemd has them, and that of the filter, which Docker waits for; null: it does not say. */
  readonly dockerUnits: DockerUnits | null
  /** As `iptables -V` says it; null: not there. */
  readonly iptables: { readonly version: string; readonly backend: string } | null
  readonly ipset: boolean
  readonly systemd: boolean
  /** The kernel's id of its last start; null: it does not tell. */
  readonly bootId: string | null
  readonly nftablesService: boolean
  /** SHA-256 of the installed helper (hex) and the version it names; null: not there. */
  readonly helper: { readonly sha256: string; readonly version: string } | null
  readonly memTotalMb: number
  /** Memory that programs could still get without swapping, as Linux estimates it. */
  readonly memAvailableMb: number
  readonly ephemeral: PortRange
  /** Ports that the kernel leaves alone when it takes one for an outgoing connection. */
  readonly reservedPorts: readonly PortRange[]
  readonly addresses4: readonly string[]
  readonly addresses6: readonly string[]
  /** IPv4 addresses with the prefix length of their networks, also of interfaces that are down. */
  readonly interfaces: readonly {
    readonly device: string
    readonly address: string
    readonly prefix: number
  }[]
  /** IPv4 routes of all tables to private networks; null: not known. */
  readonly routes: readonly Route[] | null
  /** To which device the kernel sends what is for the network of a bridge of tenants; null: nowhere. */
  readonly ways: readonly { readonly bridge: string; readonly device: string | null }[]
  /** Whether the kernel passes IPv4 packets on; null: it does not tell. */
  readonly forwards: boolean | null
  /** Connections that the kernel tracks; null: it tracks none. */
  readonly conntrack: { readonly count: number; readonly most: number } | null
  readonly listeners: readonly { readonly address: string; readonly port: number }[]
  readonly memcachedVersion: string | null
  /** Whether published ports also answer on `[::]`, which docker-proxy does for IPv4 containers. */
  readonly userlandProxy: boolean
  /** As the helper's, of files that everybody may read. */
  readonly saved: readonly { readonly path: string; readonly line: number }[]
  /** Docker writes rules of its own into the firewall, which it does unless somebody turned it off. */
  readonly dockerWritesRules: boolean
  /** A policy-rc.d of ours is there, which a preparing that was cut off left: it keeps services from starting. */
  readonly policyLeft: boolean
}

/** A unit of systemd, in its own words: `loaded`, `masked`, `not-found`; `active`, `failed`; `trigger-limit-hit`. */
export interface UnitState {
  readonly load: string
  readonly active: string
  readonly result: string
}

export interface DockerUnits {
  readonly service: UnitState
  readonly socket: UnitState
  /** By which Docker starts and stops containers, unless it runs one of its own. */
  readonly containerd: UnitState
  /** A containerd runs, as a unit or as Docker's own. */
  readonly containerdRuns: boolean
  readonly filter: UnitState
}

export type Observed<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: Problem }

export interface DockerFacts {
  readonly version: string
  readonly apiVersion: string
  /** Docker Desktop runs containers in a virtual machine that the filter cannot reach. */
  readonly desktop: boolean
  readonly rootless: boolean
  readonly memTotalMb: number
  /** Names of the networks that carry our label. */
  readonly networks: readonly string[]
  /** IPv4 subnets of all networks there, ours too. */
  readonly subnets: readonly { readonly name: string; readonly subnet: string }[]
  /** Where it takes the subnets of networks that are made without one. */
  readonly pools: readonly AddressPool[]
  /** Ids of the tenants that have a container. */
  readonly tenants: readonly string[]
  /** Tenants whose containers are joined to other networks than those of tenants. */
  readonly elsewhere: readonly {
    readonly id: string
    /** The name that their container has now. */
    readonly container: string
    readonly networks: readonly string[]
  }[]
  /** Tenants whose containers have another name than ours. */
  readonly renamed: readonly { readonly id: string; readonly name: string }[]
  /** Containers that carry the label of a tenant and are not its own. */
  readonly copies: readonly { readonly id: string; readonly name: string }[]
  /** Tenants whose containers no version of this program makes so, and in which parts. */
  readonly changed: readonly { readonly id: string; readonly parts: readonly string[] }[]
  /** Tenants whose containers an earlier version of this program made. */
  readonly earlier: readonly string[]
  /** Of those, tenants whose containers may ask Docker's resolver for names. */
  readonly resolving: readonly string[]
  /** Containers that run on networks of tenants and are no tenant's. */
  readonly guests: readonly { readonly network: string; readonly name: string }[]
  /** Ids of those whose container runs. */
  readonly running: readonly string[]
  /** Ids of those whose container has ended, or keeps ending. */
  readonly down: readonly string[]
  /** Ids of those whose container Docker would not start again after it was killed itself. */
  readonly staysDown: readonly string[]
  /** Tenants whose containers somebody paused, each with its container's name. */
  readonly paused: readonly { readonly id: string; readonly name: string }[]
  readonly missingLimits: MissingLimits
  /** Host ports that our own containers publish. */
  readonly publishedPorts: readonly number[]
  /** Id of the image for new tenants and the memcached version it names; null: not there. */
  readonly image: { readonly id: string; readonly memcached: string } | null
}

export interface HelperFacts {
  readonly version: string
  readonly sha256: string
  readonly configured: boolean
  /** Of its state file: `damaged` and `newer` can't be used. */
  readonly condition: 'ok' | 'absent' | 'damaged' | 'newer'
  /** Users who may run the helper, as its records and sudo's rules name them. */
  readonly operators: readonly string[]
  /** The rules that sudo has for it; null where the helper is too old to tell. */
  readonly rules: readonly OperatorRule[] | null
  /** Whether these keep sudo's noexec from the helper; `refused`: visudo there knows no tag for it. null: not known. */
  readonly ruleTags: 'exec' | 'refused' | 'plain' | null
  /** The host's revision; null before the first configuration. */
  readonly revision: number | null
  readonly range: PortRange
  readonly supernet: string | null
  readonly backend: string
  /** Whether iptables' other backend holds rules too, so that it is unclear which ones count. */
  readonly bothBackends: boolean
  readonly baseInPlace: boolean
  /** Its kernel has IPv6. */
  readonly ipv6: boolean
  /** Why the filter could not be read, without a full stop; null where it was, or enough of it to see that it is open. */
  readonly unread: string | null
  /** Allowlist entries that the kernel has and should not, or lacks and should have. */
  readonly drift: Drift
  /** Ports outside the range that an earlier one closed. */
  readonly earlierRanges: readonly PortRange[]
  /** Ports outside the range that are closed because containers of tenant networks are published there. */
  readonly strayPorts: readonly number[]
  readonly tenants: number
  /** Interfaces that the filter takes for bridges of tenant networks; null where the helper is too old to tell. */
  readonly bridges: readonly Bridge[] | null
  /** The tenants that it remembers, each with its port. */
  readonly places: readonly { readonly id: string; readonly name: string; readonly port: number }[]
  /** Null where the helper is too old to tell, or did not. */
  readonly doors: Doors | null
  /** What the host's own firewall does with strangers, by family; null where that is not known. */
  readonly input: readonly InputVerdict[] | null
  /** Folders and files of its state that others than root can change. */
  readonly openPaths: readonly string[]
  /** Files that are loaded at boot and name its chains or sets, each with the first such line. */
  readonly saved: readonly { readonly path: string; readonly line: number }[]
  /** Why its state could not be written now, in words; null where nothing speaks against it. */
  readonly unwritable: string | null
  /** Access that is closed in the filter only, by tenants' names; `damaged`: the list of it cannot be read. */
  readonly filterOnly: {
    readonly damaged: boolean
    readonly tenants: readonly {
      readonly id: string
      readonly name: string
      readonly closed: readonly string[]
    }[]
  }
}

/** An interface whose name begins with `mh`. */
export interface Bridge {
  readonly name: string
  /** It is the bridge of a tenant network, and not somebody else's. */
  readonly ours: boolean
  /** Frames between its ports pass the filter. */
  readonly callsFilter: boolean
}

/**
 * Whether root can be had: without a password, or perhaps with one. `unclear`: sudo did neither; `words` are its own,
 * without a full stop. That a user may not become root at all is never concluded: other things make sudo end alike.
 */
export type SudoAccess =
  | { readonly kind: 'free' }
  | { readonly kind: 'password' }
  | { readonly kind: 'unclear'; readonly words: string }

/** Everything that was seen of a host at one moment. */
export interface HostObservation {
  readonly host: string
  readonly link: 'ssh' | 'socket'
  readonly dockerRoute: 'stream-local' | 'dial-stdio' | 'socket'
  /** Ports of its loopback address are reached through a program there, because forwarding is forbidden. */
  readonly portsRelayed: boolean
  /** It allows few sessions over one connection (MaxSessions), so there are others beside it. */
  readonly isCrowded: boolean
  /** How the login came to commands; null where there is none, and where no command began. */
  readonly login: { readonly printed: string; readonly beginMs: number } | null
  /** The system of this computer, for hosts by socket; a host by SSH is taken as Linux. */
  readonly platform: string
  readonly facts: Observed<HostFacts>
  readonly docker: Observed<DockerFacts>
  readonly helper: Observed<HelperFacts>
  /** The accounts of the operators; empty where there is no helper. */
  readonly accounts: Observed<readonly Account[]>
  readonly sudo: SudoAccess
}

/** The helper that this panel brings along. */
export interface BundledHelper {
  readonly version: string
  readonly sha256: string
}

/** Whether the packets of this host can be filtered; if not, why. `unclear`: a probe failed, which is no answer. */
export type Filterability =
  | { readonly kind: 'filtered' }
  | { readonly kind: 'loopback'; readonly reason: string }
  | { readonly kind: 'unclear'; readonly reason: string }

/** A host is only published to the world where the panel can close its ports. */
export function judgeFilterability(seen: HostObservation): Filterability {
  if (seen.docker.kind === 'ok' && seen.docker.value.desktop) {
    return { kind: 'loopback', reason: 'Docker Desktop runs containers in a virtual machine of its own' }
  }
  if (seen.docker.kind === 'ok' && seen.docker.value.rootless) {
    return { kind: 'loopback', reason: 'Docker runs without root there' }
  }
  if (seen.link === 'socket' && seen.platform !== 'linux') {
    return { kind: 'loopback', reason: 'this computer does not run Linux' }
  }
  if (seen.helper.kind === 'ok') return { kind: 'filtered' }
  switch (seen.sudo.kind) {
    case 'free':
    case 'password':
      return { kind: 'filtered' }
    case 'unclear':
      return { kind: 'unclear', reason: `sudo answers "${seen.sudo.words}"` }
  }
}

/** The user the panel is logged in as, for sentences. */
export function userOf(seen: HostObservation): string {
  return seen.facts.kind === 'ok' ? seen.facts.value.user : 'this user'
}
