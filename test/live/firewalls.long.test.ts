import { testOperatorFirewall } from './firewall-suite.ts'
import { firewallSuites, operatorFirewalls } from './operator-firewalls.ts'

for (const suite of firewallSuites)
  for (const firewall of operatorFirewalls) await testOperatorFirewall(suite, firewall)
