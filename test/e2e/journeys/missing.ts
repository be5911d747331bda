import { execaSync } from 'execa'
import { skipReason } from '../../hosts/platform.ts'
import { findChromium } from '../chromium.ts'
import { findElectron } from '../electron-runtime.ts'

/** For the name of a suite that is left out; empty when nothing is missing. */
const leftOut = (reason: string | null | undefined): string => (reason ? ` (left out: ${reason})` : '')

/** The reason why journeys in a browser do not run here. */
export const noBrowser = leftOut(
  skipReason() ?? (findChromium() === undefined ? 'no Chromium here' : undefined),
)

const isAbsent = (program: string): boolean =>
  execaSync(program, ['--version'], { reject: false }).code === 'ENOENT'

/** The reason why no keyring can be opened here. */
export const noKeyring = leftOut(
  ['dbus-run-session', 'gnome-keyring-daemon']
    .filter(isAbsent)
    .map((program) => `${program} is not installed`)[0],
)

/** The reason why journeys in the window do not run here. */
export const noWindow = leftOut(
  skipReason() ??
    (findElectron() === undefined
      ? 'no Electron here; ELECTRON_OVERRIDE_DIST_PATH can name one'
      : execaSync('Xvfb', ['-help'], { reject: false }).code === 'ENOENT'
        ? 'Xvfb is not installed'
        : undefined),
)
