"""Facts about a host, read as the ordinary user and printed as one JSON document.

Fed to `python3 -IS -` over the connection, so nothing needs to be installed for it, and nothing is changed by it. Every
fact that cannot be had is null, empty or a word that says so: this script does not fail. Python 3.6 or newer.
"""
import grp
import hashlib
import ipaddress
import json
import os
import platform
import pwd
import re
import socket
import subprocess
import sys

HELPER = '/usr/local/sbin/memharbor-host'
DOCKER_SOCKET = '/var/run/docker.sock'
UNITS = ('docker.service', 'docker.socket', 'containerd.service', 'memharbor-firewall.service')
DIRECTORIES = ('/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/snap/bin')


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


def find(name):
    """The path of a program, or None. An ordinary user's PATH often lacks /usr/sbin, so it is not asked."""
    for directory in DIRECTORIES:
        path = directory + '/' + name
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def run(name, *arguments, **given):
    """The trimmed output of a program; None when it is missing or failed. A program that hangs ends the whole look: a
    busy host must not be taken for one where something is missing. `text` is its standard input."""
    path = find(name)
    if path is None:
        return None
    try:
        done = subprocess.run([path] + list(arguments), input=given.get('text', '').encode(), stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=8, env={'LC_ALL': 'C', 'PATH': ':'.join(DIRECTORIES)})
    except OSError:
        return None
    except subprocess.TimeoutExpired:
        sys.exit('%s did not answer within 8 seconds' % name)
    return done.stdout.decode('utf-8', 'replace').strip() if done.returncode == 0 else None


def observe_boot_id():
    """Another one after every start of the machine. >>> 1f0c9a3e-6d0a-4e0e-9a55-0d6f3c1a7b42"""
    text = read_text('/proc/sys/kernel/random/boot_id').strip()
    return text if re.match(r'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', text) else None


def observe_system():
    """>>> ID=ubuntu
    >>> VERSION_ID="24.04" """
    fields = dict(re.findall(r'^([A-Z_]+)="?([^"\n]*)"?$', read_text('/etc/os-release'), re.MULTILINE))
    return {'id': fields.get('ID', 'unknown'), 'version': fields.get('VERSION_ID', ''),
            'name': fields.get('PRETTY_NAME', ''), 'kernel': platform.release(), 'arch': platform.machine(),
            'python': platform.python_version(), 'systemd': os.path.isdir('/run/systemd/system'),
            'bootId': observe_boot_id()}


def observe_user():
    uid = os.getuid()
    try:
        name, shell = pwd.getpwuid(uid).pw_name, pwd.getpwuid(uid).pw_shell
    except KeyError:
        name, shell = str(uid), None
    groups = []
    for gid in os.getgroups():
        try:
            groups.append(grp.getgrgid(gid).gr_name)
        except KeyError:
            groups.append(str(gid))
    return {'name': name, 'uid': uid, 'shell': shell, 'groups': sorted(groups)}


def observe_daemon_setting(name):
    """Whether a setting of dockerd is on that is so unless somebody turned it off."""
    try:
        if json.loads(read_text('/etc/docker/daemon.json') or '{}').get(name) is False:
            return False
    except (ValueError, AttributeError):
        pass
    for pid in filter(str.isdigit, os.listdir('/proc')):
        if read_text('/proc/%s/comm' % pid).strip() == 'dockerd':
            return '--%s=false' % name not in read_text('/proc/%s/cmdline' % pid).split('\0')
    return True


def begin_units():
    """systemd's answer about the units of Docker, and of the filter that it waits for: it is read later."""
    path = find('systemctl')
    if path is None or not os.path.isdir('/run/systemd/system'):
        return None
    try:
        return subprocess.Popen([path, 'show', '--property=Id,LoadState,ActiveState,Result'] + list(UNITS),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                env={'LC_ALL': 'C'})
    except OSError:
        return None


def read_units(asked):
    """Name to state of units; None where there is no systemd or it does not answer.

    >>> Id=docker.socket
    >>> LoadState=loaded
    >>> ActiveState=failed
    >>> Result=trigger-limit-hit
    """
    if asked is None:
        return None
    try:
        text = asked.communicate(timeout=5)[0].decode('utf-8', 'replace')
    except subprocess.TimeoutExpired:
        asked.kill()
        return None
    units = {}
    for block in text.split('\n\n'):
        fields = dict(line.split('=', 1) for line in block.splitlines() if '=' in line)
        if fields.get('Id') in UNITS:
            units[fields['Id']] = {'load': fields.get('LoadState', ''), 'active': fields.get('ActiveState', ''),
                                   'result': fields.get('Result', '')}
    return units if len(units) == len(UNITS) else None


def is_running(name):
    return any(read_text('/proc/%s/comm' % pid).strip() == name for pid in filter(str.isdigit, os.listdir('/proc')))


def observe_podman(program, daemon):
    """Whether Docker's socket is a link to Podman's (`socket`), or its program a script that starts Podman (`program`).

    >>> exec /usr/bin/podman "$@"
    """
    if 'podman' in os.path.realpath(DOCKER_SOCKET):
        return 'socket'
    if program is None or daemon is not None:
        return None
    try:
        with open(program, 'rb') as file:
            is_script = file.read(2) == b'#!'
            names_podman = b'podman' in file.read(4096)
    except OSError:
        return None
    return 'program' if (is_script and names_podman) or 'podman' in os.path.realpath(program) else None


def observe_docker(asked):
    """`access`: ok, denied (not in the group), refused (no daemon behind the socket) or absent (no socket)."""
    access = 'ok'
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(3)
    try:
        client.connect(DOCKER_SOCKET)
    except PermissionError:
        access = 'denied'
    except FileNotFoundError:
        access = 'absent'
    except OSError:
        access = 'refused'
    finally:
        client.close()
    program, daemon = find('docker'), find('dockerd')
    return {'program': program, 'daemon': daemon, 'access': access, 'podman': observe_podman(program, daemon),
            'rootless': os.path.exists('/run/user/%d/docker.sock' % os.getuid()), 'units': read_units(asked),
            'containerd': is_running('containerd'),
            'snap': os.path.exists('/snap/bin/docker'), 'userlandProxy': observe_daemon_setting('userland-proxy'),
            'iptables': observe_daemon_setting('iptables')}


# What the helper looks at, too. Debian's rules.v4 is for root alone, its nftables.conf for everybody.
SAVED_FIREWALLS = ('/etc/iptables/rules.v4', '/etc/iptables/rules.v6', '/etc/iptables/ipsets', '/etc/nftables.conf')
OWN_NAME = re.compile(r'\b(?:MEMHARBOR|mh4|mh6|mhp|mhd4|mhd6)\b')


def observe_saved():
    """Where files that are loaded at boot name our chains or sets, as an earlier undo left them."""
    found = []
    for path in SAVED_FIREWALLS:
        lines = enumerate(read_text(path).split('\n'), 1)
        number = next((number for number, line in lines if OWN_NAME.search(line) and not line.startswith('#')), None)
        found += [{'path': path, 'line': number}] if number else []
    return found


def observe_filter():
    text = run('iptables', '--version')
    if text is None and find('iptables') is not None:
        sys.exit('iptables is there and could not be run')
    # nftables.service's own word is in the link that `systemctl enable` makes.
    enabled = [os.path.lexists('/etc/systemd/system/%s.wants/nftables.service' % target)
               for target in ('sysinit.target', 'multi-user.target')]
    bridge = read_text('/proc/sys/net/bridge/bridge-nf-call-iptables').strip()
    return {'iptables': text, 'backend': None if text is None else 'nft' if 'nf_tables' in text else 'legacy',
            'ip6tables': find('ip6tables') is not None, 'ipset': find('ipset') is not None,
            'ss': find('ss') is not None, 'nft': find('nft') is not None, 'nftablesEnabled': any(enabled),
            'ufwActive': bool(re.search(r'^ENABLED=yes', read_text('/etc/ufw/ufw.conf'), re.MULTILINE)),
            'firewalldActive': os.path.exists('/run/firewalld.pid') or os.path.isdir('/run/firewalld'),
            'bridgeCallsIptables': bridge == '1' if bridge else None, 'saved': observe_saved()}


# As prepare.py writes it for as long as apt runs.
POLICY_TEXT = '''#!/bin/sh
# Temporary, by Memharbor: only Docker may start while packages are installed.
case "$1" in docker|docker.socket|containerd) exit 0 ;; esac
exit 101
'''


def observe_leftovers():
    """The policy-rc.d of a preparing that was cut off; the policy-rc.d of another program does not count."""
    path = '/usr/sbin/policy-rc.d'
    return {'policy': not os.path.islink(path) and read_text(path) == POLICY_TEXT}


def observe_helper():
    """The helper's file: whether what is installed is what the panel would install."""
    try:
        with open(HELPER, 'rb') as file:
            data = file.read()
    except OSError:
        return {'present': os.path.lexists(HELPER), 'sha256': None, 'version': None}
    version = re.search(rb"^VERSION = '([0-9.]+)'$", data, re.MULTILINE)
    return {'present': True, 'sha256': hashlib.sha256(data).hexdigest(),
            'version': version.group(1).decode() if version else None}


def observe_memory():
    """>>> MemTotal:        4026528 kB"""
    found = dict(re.findall(r'^(\w+):\s+(\d+) kB', read_text('/proc/meminfo'), re.MULTILINE))
    return {'totalMb': int(found.get('MemTotal', 0)) // 1024,
            'availableMb': int(found.get('MemAvailable', 0)) // 1024}


def parse_hex_address(text):
    """/proc/net/tcp writes each 32-bit word in the machine's byte order: '0100007F' is 127.0.0.1."""
    words = [text[start:start + 8] for start in range(0, len(text), 8)]
    data = b''.join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)
    return str(ipaddress.ip_address(data))


def observe_listeners():
    """TCP sockets in state 0A (listening). >>> 0: 0100007F:2BCB 00000000:0000 0A ..."""
    found = set()
    for path in ('/proc/net/tcp', '/proc/net/tcp6'):
        for line in read_text(path).splitlines()[1:]:
            words = line.split()
            if len(words) > 3 and words[3] == '0A':
                address, port = words[1].split(':')
                found.add((parse_hex_address(address), int(port, 16)))
    return [{'address': address, 'port': port} for address, port in sorted(found, key=lambda one: (one[1], one[0]))]


# The routes of a /8 and narrower, so that a server which knows every route of the Internet is not read as a whole.
ASKED = ['addr'] + ['route show table all root %s' % root for root in ('10.0.0.0/8', '172.0.0.0/8', '192.0.0.0/8')]


def observe_ip():
    """(interfaces with their addresses, IPv4 routes of every table to private networks or None), by one program.

    >>> [{"ifname":"wg0","addr_info":[{"family":"inet","local":"10.8.0.1","prefixlen":24,"scope":"global"}]}]
    >>> [{"dst":"10.8.0.0/24","gateway":"10.8.0.2","dev":"tun0","flags":[]}]
    """
    whole = run('ip', '-j', '-batch', '-', text='\n'.join(ASKED) + '\n')
    printed = whole if whole is not None else run('ip', '-j', 'addr')
    found = []
    try:
        for line in (printed or '').splitlines():
            found += json.loads(line or '[]')
    except ValueError:
        whole = None
    links = [each for each in found if 'ifname' in each]
    return links, None if whole is None else list_routes([each for each in found if 'dst' in each])


def list_addresses(links):
    """Addresses of global scope; Docker's own bridges are left out."""
    found = {'inet': [], 'inet6': []}
    for link in links:
        if re.match(r'(docker|br-|mh\d|veth)', link.get('ifname', '')):
            continue
        for info in link.get('addr_info', []):
            usable = not info.get('temporary') and not info.get('deprecated') and not info.get('tentative')
            if info.get('scope') == 'global' and usable and info.get('family') in found:
                found[info['family']].append(info.get('local', ''))
    return {'v4': found['inet'], 'v6': found['inet6']}


def list_interfaces(links):
    """IPv4 addresses with their networks, also of interfaces that are down: their routes come back with them."""
    return [{'device': link.get('ifname', ''), 'address': info.get('local', ''), 'prefix': info.get('prefixlen', 32)}
            for link in links if link.get('ifname') != 'lo'
            for info in link.get('addr_info', []) if info.get('family') == 'inet' and info.get('local')]


PRIVATE = [ipaddress.ip_network(text) for text in ('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16')]
# The kinds that send packets somewhere, or nowhere.
LEADING = ('unicast', 'local', 'blackhole', 'unreachable', 'prohibit')
MOST_ROUTES = 4000


def list_routes(routes):
    """The widest first; None where they are not understood. A default route leads everywhere, and is left out."""
    found = set()
    try:
        for route in routes:
            way = (route.get('nexthops') or [route])[0]
            network = ipaddress.ip_network(route['dst'], False)
            if route.get('type', 'unicast') in LEADING and any(map(network.overlaps, PRIVATE)):
                found.add((network.prefixlen, str(network), way.get('dev'), way.get('gateway'),
                           str(route.get('table', 'main'))))
    except (ValueError, TypeError, AttributeError):
        return None
    keys = ('to', 'device', 'via', 'table')
    ordered = sorted(found, key=lambda each: (each[0], str(each)))
    return [dict(zip(keys, each[1:])) for each in ordered[:MOST_ROUTES]]


def observe_source(family, target):
    """The address this host would speak from, asked with a target of the benchmark ranges (RFC 2544, RFC 5180).

    Connecting a UDP socket sends nothing.
    """
    client = socket.socket(family, socket.SOCK_DGRAM)
    try:
        client.connect((target, 9))
        return client.getsockname()[0]
    except OSError:
        return None
    finally:
        client.close()


def observe_ways(interfaces):
    """The device to which the kernel sends what is for a tenant network, by the bridge of each; None: nowhere.

    A rule may ask another table first, as tailscale's does. The first address after the bridge's own stands for all.
    """
    ways = []
    for each in interfaces:
        if re.match(r'mh[1-9]\d*$', each['device']):
            target = str(ipaddress.ip_address(each['address']) + 1)
            goes = observe_source(socket.AF_INET, target) == each['address']
            ways.append({'bridge': each['device'], 'device': each['device'] if goes else ask_way(target)})
    return ways


def ask_way(target):
    """>>> [{"dst":"10.213.0.2","dev":"wg0","prefsrc":"10.8.0.1","flags":[],"uid":1000,"cache":[]}]"""
    try:
        return json.loads(run('ip', '-j', 'route', 'get', target) or '[{}]')[0].get('dev')
    except (ValueError, IndexError, AttributeError):
        return None


def parse_ports(text):
    """>>> 8080,20000-29999"""
    found = re.findall(r'(\d{1,5})(?:-(\d{1,5}))?', text)
    return [{'from': int(low), 'to': int(high or low)} for low, high in found]


def read_number(path):
    text = read_text(path).strip()
    return int(text) if text.isdigit() else None


def observe_conntrack():
    """Connections that the kernel tracks, and how many it can; None where it tracks none."""
    count, most = (read_number('/proc/sys/net/netfilter/nf_conntrack_' + name) for name in ('count', 'max'))
    return None if count is None or not most else {'count': count, 'most': most}


def observe_network():
    ephemeral = read_text('/proc/sys/net/ipv4/ip_local_port_range').split()
    forward = read_number('/proc/sys/net/ipv4/ip_forward')
    links, routes = observe_ip()
    interfaces = list_interfaces(links)
    # >>> 203.0.113.9 51514 198.51.100.7 22
    ssh = os.environ.get('SSH_CONNECTION', '').split()
    return {'addresses': list_addresses(links), 'interfaces': interfaces, 'routes': routes,
            'ways': observe_ways(interfaces),
            'source': {'v4': observe_source(socket.AF_INET, '198.18.0.1'),
                       'v6': observe_source(socket.AF_INET6, '2001:2::1')},
            'ssh': {'peer': ssh[0], 'local': ssh[2]} if len(ssh) == 4 else None,
            'ephemeral': {'from': int(ephemeral[0]), 'to': int(ephemeral[1])} if len(ephemeral) == 2 else None,
            'reserved': parse_ports(read_text('/proc/sys/net/ipv4/ip_local_reserved_ports')),
            'forwards': None if forward is None else forward != 0, 'conntrack': observe_conntrack(),
            'listeners': observe_listeners()}


def observe_memcached():
    """>>> memcached 1.6.18"""
    found = re.match(r'memcached (\S+)', run('memcached', '-V') or '')
    return {'version': found.group(1) if found else None}


units_asked = begin_units()
json.dump({'v': 1, 'system': observe_system(), 'user': observe_user(), 'docker': observe_docker(units_asked),
           'filter': observe_filter(), 'helper': observe_helper(), 'memory': observe_memory(),
           'network': observe_network(), 'memcached': observe_memcached(),
           'leftovers': observe_leftovers()}, sys.stdout)
sys.stdout.write('\n')
