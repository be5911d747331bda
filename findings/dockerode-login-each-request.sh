#!/usr/bin/env bash
# dockerode over SSH: every request is a connection and a login of its own.
#
# Seen with dockerode 5.0.1 (docker-modem 5.0.7, ssh2 1.17.0) on Node 20; traffic stays on 127.0.0.1.
# Expected: one Docker object with protocol 'ssh' opens one SSH connection and sends its requests over channels of that.
# Seen: ten requests are ten connections, each with a key exchange, a login and a `docker system dial-stdio` of its own.
# Why it matters: a panel that looks at a hundred containers logs in a hundred times, into MaxStartups, `ufw limit ssh`
# and sshd's penalties; whoever wants one connection brings an agent of their own.
set -euo pipefail

for tool in node npm; do
  command -v "$tool" > /dev/null || { echo "$tool is needed."; exit 2; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private": true, "type": "module"}' > package.json
npm install --ignore-scripts --no-audit --no-fund --omit=optional --loglevel=error dockerode@5.0.1 docker-modem@5.0.7 ssh2@1.17.0 > log

cat > program.js <<'PROGRAM'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import Docker from 'dockerode'
import ssh2 from 'ssh2'

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
const names = ['dockerode', 'docker-modem', 'ssh2']
console.log(`version:  ${names.map((name) => `${name} ${version(name)}`).join(', ')}, Node ${process.version}`)
console.log('expected: 1 connection for 10 requests of one Docker object')

const docker = createServer((_request, response) => response.end('OK'))
const counts = { connections: 0, logins: 0, commands: 0 }
const { private: hostKey } = ssh2.utils.generateKeyPairSync('ed25519')
const server = new ssh2.Server({ hostKeys: [hostKey] }, (connection) => {
  counts.connections += 1
  connection.on('error', () => {})
  connection.on('authentication', (attempt) =>
    attempt.method === 'password' ? attempt.accept() : attempt.reject(['password']),
  )
  connection.on('ready', () => {
    counts.logins += 1
    connection.on('session', (accept) =>
      accept().on('exec', (acceptCommand) => {
        counts.commands += 1
        docker.emit('connection', acceptCommand())
      }),
    )
  })
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const client = new Docker({
  protocol: 'ssh',
  host: '127.0.0.1',
  port: server.address().port,
  username: 'operator',
  password: 'none',
})
for (let request = 0; request < 10; request += 1) await client.ping()
const { connections, logins, commands } = counts
console.log(`seen:     ${connections} connections, ${logins} logins, ${commands} commands for 10 requests`)
const holds = connections === 10 && logins === 10
console.log(holds ? 'holds: one login for each request' : 'changed: connections are used again')
process.exit(holds ? 0 : 1)
PROGRAM
env -u DOCKER_HOST -u DOCKER_TLS_VERIFY -u DOCKER_CERT_PATH timeout 60 node --no-deprecation program.js
