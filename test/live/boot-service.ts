import type { LiveHost } from '../hosts/live/live-host.ts'

/** Runs a command of a live host as root, which has to end well. */
export async function mustExec(host: LiveHost, command: string): Promise<string> {
  const { status, stdout, stderr } = await host.exec(['sh', '-c', command])
  if (status !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

/** Writes a file of a live host. */
export async function writeFile(host: LiveHost, path: string, text: string): Promise<void> {
  const { status, stderr } = await host.exec(['sh', '-c', 'cat > "$0"', path], { input: text })
  if (status !== 0) throw new Error(stderr)
}

const renderUnit = (path: string): string => `[Unit]
DefaultDependencies=no
After=local-fs.target
[Service]
ExecStart=${path}
[Install]
WantedBy=sysinit.target
`

/**
 * Runs a script of bash without end from now on, and from the first moments of each boot.
 * @returns ends it
 */
export async function startAtBoots(
  host: LiveHost,
  name: string,
  script: string,
): Promise<() => Promise<void>> {
  const path = `/usr/local/sbin/${name}`
  await writeFile(host, path, `#!/bin/bash\n${script}`)
  await writeFile(host, `/etc/systemd/system/${name}.service`, renderUnit(path))
  await mustExec(host, `chmod 755 ${path} && systemctl daemon-reload && systemctl enable --now ${name}`)
  return async () => {
    await mustExec(host, `systemctl disable --now ${name}`)
  }
}
