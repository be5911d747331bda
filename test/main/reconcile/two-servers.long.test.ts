import { describeOnHosts } from '../../hosts/describe-on-hosts.ts'
import { describeMovedAddress, useTwoServers } from './moved-address.ts'

describeOnHosts('two servers', () => describeMovedAddress(useTwoServers(), ['delete']))
