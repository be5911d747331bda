import type { Client } from '../../hosts/client.ts'
import type { Host } from '../../hosts/host.ts'
import type { BuiltApp } from '../build-app.ts'
import type { Camera } from './camera.ts'
import type { Laptop } from './laptop.ts'

/** The scene of the pictures: the panel on ada's laptop, a server over SSH, and a tenant's computer. */
export interface Stage {
  readonly app: BuiltApp
  readonly laptop: Laptop
  readonly host: Host
  readonly client: Client
  readonly camera: Camera
}
