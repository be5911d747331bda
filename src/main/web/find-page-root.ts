import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the built page is, seen from a program in `out/main` and from its parts in `out/main/chunks`. */
const places = ['../renderer', '../../renderer']

/** @returns undefined before `npm run build` */
export function findPageRoot(): string | undefined {
  return places
    .map((place) => join(import.meta.dirname, place))
    .find((place) => existsSync(join(place, 'index.html')))
}
