import { matrixHosts } from './matrix-hosts.ts'
import { testMatrixHost } from './matrix-suite.ts'

for (const host of matrixHosts) await testMatrixHost(host)
