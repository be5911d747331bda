"""Prepares a host, and takes it back. Never installed: it is sent over the connection and runs as root.

The loader that runs it printed `ready` and read this text as its first line. What follows on standard input are
requests, one JSON object a line; each gets any number of `{"progress": "..."}` lines and one reply, `{"ok": true, ...}`
or `{"ok": false, "code", "message", "details"}`. Only names and paths on fixed lists are touched; content and values
are checked before anything is written. Python 3.8 or newer, standard library.
"""
import ast
import contextlib
import fcntl
import io
import json
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.parse

HELPER = '/usr/local/sbin/memharbor-host'
# The last rule that matches counts in sudo, so this file must be read after `NAME ALL=(ALL) ALL` of another one.
SUDOERS = '/etc/sudoers.d/zz-memharbor'
# Held by the preparing that installs packages; there only while it is.
PLACE = '/run/memharbor-prepare'
STATE_DIR = '/var/lib/memharbor'
START_DIR = '/var/lib/memharbor-start'
UNITS = '/etc/systemd/system'
# What `netfilter-persistent` runs; it may be installed later.
SAVED = '/usr/share/netfilter-persistent/plugins.d'
SERVICE = 'memharbor-firewall.service'
TIMER = 'memharbor-firewall.timer'
SETS = 'memharbor-sets.service'
# Beside nftables.service, started with it.
AROUND_NFTABLES = ('memharbor-before-reload.service', 'memharbor-before-stop.service')
CLOSER = '/usr/local/sbin/memharbor-close'
SYSCTL = '/etc/sysctl.d/60-memharbor.conf'
RESERVED = '/etc/sysctl.d/60-memharbor-ports.conf'
RESERVED_NOW = '/proc/sys/net/ipv4/ip_local_reserved_ports'
POLICY = '/usr/sbin/policy-rc.d'
DOCKER_SOCKET = '/var/run/docker.sock'
LABEL = 'io.memharbor.tenant'
# In the order they are installed; `uninstall` goes through them backwards. The helper comes first: units need it.
FILES = {
    HELPER: 0o755,
    CLOSER: 0o755,
    UNITS + '/' + SERVICE: 0o644,
    UNITS + '/' + TIMER: 0o644,
    UNITS + '/docker.service.d/memharbor.conf': 0o644,
    UNITS + '/nftables.service.d/memharbor.conf': 0o644,
    UNITS + '/' + SETS: 0o644,
    **{UNITS + '/' + name: 0o644 for name in AROUND_NFTABLES},
    # In the order of the numbers: before 10-ipset and after 40-ipset.
    SAVED + '/05-memharbor': 0o755,
    SAVED + '/90-memharbor': 0o755,
}
PACKAGES = ('docker.io', 'docker-cli', 'iptables', 'ipset', 'iproute2', 'conntrack')
# 10,000 tenants are as many neighbours; the defaults (128, 512, 1024) make the kernel forget and stall.
NEIGHBOURS = {'gc_thresh1': 4096, 'gc_thresh2': 8192, 'gc_thresh3': 16384}
ENVIRONMENT = {'LC_ALL': 'C', 'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND': 'noninteractive',
               'HOME': '/root'}
MEMCACHED_UID = 11211


class Refusal(Exception):
    """A request that was not carried out: a code for programs, a sentence for people, details for both."""

    def __init__(self, code, message, **details):
        super().__init__(message)
        self.code = code
        self.details = details


# --- Requests --------------------------------------------------------------------------------------------------------

def parse_text(value, field, pattern):
    if type(value) is not str or not re.fullmatch(pattern, value, re.ASCII | re.DOTALL):
        raise Refusal('field', '%s is not usable.' % field, field=field)
    return value


def parse_list(value, field):
    if type(value) is not list or len(value) > 100:
        raise Refusal('field', '%s must be a list.' % field, field=field)
    return value


def parse_names(value):
    for name in parse_list(value, 'names'):
        if name not in PACKAGES:
            raise Refusal('field', 'This package is not one that is installed here.', field='names')
    return value


def parse_files(value):
    files = {}
    for item in parse_list(value, 'files'):
        if type(item) is not dict or set(item) != {'path', 'mode', 'content'} or item['path'] not in FILES:
            raise Refusal('field', 'files must hold path, mode and content of known paths.', field='files')
        if type(item['mode']) is not int or item['mode'] != FILES[item['path']]:
            raise Refusal('field', 'The mode of %s must be %o.' % (item['path'], FILES[item['path']]), field='mode')
        files[item['path']] = parse_text(item['content'], 'content', r'[\t\n -~\x80-\U0010ffff]{1,1000000}')
    return files


def parse_port(value):
    if type(value) is not int or not 1024 <= value <= 65535:
        raise Refusal('field', 'A port must be a number from 1024 to 65535.', field='port')
    return value


LOGIN = r'[A-Za-z_][A-Za-z0-9_.-]{0,31}'
# sudo takes names in capitals only for aliases, and ALL for everybody.
ALIAS = r'[A-Z][A-Z0-9_]*'


def parse_operator(value):
    if re.fullmatch(ALIAS, parse_text(value, 'operator', LOGIN), re.ASCII):
        raise Refusal('field', 'sudo takes %s for an alias, so it cannot be an operator.' % value, field='operator')
    return value


def parse_operators(value):
    return [parse_text(name, 'operators', LOGIN) for name in parse_list(value, 'operators')]


TAG = r'[a-z0-9][a-z0-9./_-]{0,99}:[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}'
VERSION = r'\d{1,4}\.\d{1,4}\.\d{1,4}'
FIELDS = {
    'packages': {'names': parse_names},
    'install': {
        'files': parse_files,
        'operator': parse_operator,
        'version': lambda value: parse_text(value, 'version', VERSION),
    },
    'image': {'tag': lambda value: parse_text(value, 'tag', TAG)},
    'sysctl': {},
    'reserve': {'from': parse_port, 'to': parse_port},
    'dismiss': {'operators': parse_operators},
    'policy': {},
    'docker': {},
    'uninstall': {},
}


def parse_request(line):
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise Refusal('json', 'A request line is not JSON.') from None
    if type(value) is not dict or value.get('v') != 1:
        raise Refusal('version', 'Requests are objects with v = 1.')
    op = value.get('op')
    if type(op) is not str or op not in FIELDS:
        raise Refusal('op', 'This operation is not known.')
    fields = FIELDS[op]
    if set(value) != {'v', 'op', *fields}:
        raise Refusal('field', 'The keys must be v, op%s.' % ''.join(', ' + key for key in fields), field='request')
    return {'op': op, **{key: parse(value[key]) for key, parse in fields.items()}}


# --- Programs and files ----------------------------------------------------------------------------------------------

def write_line(value):
    sys.stdout.write(json.dumps(value) + '\n')
    sys.stdout.flush()


def tell(text):
    write_line({'progress': text})


def find_program(name):
    for directory in ENVIRONMENT['PATH'].split(':'):
        if os.access(directory + '/' + name, os.X_OK):
            return directory + '/' + name
    raise Refusal('program', '%s is not installed.' % name, program=name)


def describe_start(error):
    """Why a program was not started. Under sudo's noexec no system call fails: its library answers."""
    if 'sudo_noexec' in os.environ.get('LD_PRELOAD', ''):
        return 'sudo lets what it runs start no programs there (noexec)'
    return error.strerror


def run(name, *arguments, timeout=60, environment=None, text='', folder='/'):
    """Runs a program to its end; returns (status, what it printed, what it said on standard error)."""
    program = name if name.startswith('/') else find_program(name)
    try:
        done = subprocess.run([program, *arguments], input=text.encode(), stdout=subprocess.PIPE, cwd=folder,
                              stderr=subprocess.PIPE, env={**ENVIRONMENT, **(environment or {})}, timeout=timeout,
                              check=False)
    except subprocess.TimeoutExpired:
        raise Refusal('timeout', '%s did not end within %d seconds.' % (name, timeout), program=name) from None
    except OSError as error:
        raise Refusal('program', '%s could not be started: %s.' % (name, describe_start(error)), program=name) from None
    return done.returncode, done.stdout.decode('utf-8', 'replace'), done.stderr.decode('utf-8', 'replace')


def require(name, *arguments, **options):
    """run() that must end with status 0; returns what was printed."""
    status, printed, said = run(name, *arguments, **options)
    if status:
        raise Refusal('program', '%s failed: %s' % (name, last_words(said or printed)), program=name)
    return printed


def last_words(text):
    """One line that says why: the first of apt's errors, else the last line.

    >>> E: Unable to locate package ipset
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line[3:] for line in lines if line.startswith('E: ')]
    return (errors or lines[-1:] or ['it said nothing'])[0][:300]


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


# root's, and staff: Debian lets it write to /usr/local.
TRUSTED_GROUPS = (0, 50)


def require_safe_folder(path):
    """Creates a folder where it is missing. Nobody but root may be able to put something else in its place."""
    while path != '/':
        os.makedirs(path, mode=0o755, exist_ok=True)
        found = os.lstat(path)
        by_group = found.st_mode & stat.S_IWGRP and found.st_gid not in TRUSTED_GROUPS
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & stat.S_IWOTH or by_group:
            raise Refusal('folder', '%s must be a folder that only root can change.' % path, path=path)
        path = os.path.dirname(path)


def write_file(path, content, mode, check=None):
    """Replaces a file as a whole, owned by root. `check` sees the temporary file and may refuse it."""
    require_safe_folder(os.path.dirname(path))
    # A name with a dot and a tilde: sudo ignores such files in sudoers.d, systemd ignores them as units.
    descriptor, temporary = tempfile.mkstemp(prefix='.memharbor.', suffix='~', dir=os.path.dirname(path))
    try:
        with os.fdopen(descriptor, 'wb') as file:
            file.write(content.encode())
            os.fchown(file.fileno(), 0, 0)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        if check:
            check(temporary)
        os.rename(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def remove_file(path):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    folder = os.path.dirname(path)
    for made in [folder] if folder.endswith('.service.d') else [SAVED, os.path.dirname(SAVED)] if folder == SAVED else []:
        # Others have theirs in it.
        with contextlib.suppress(OSError):
            os.rmdir(made)


def has_systemd():
    return os.path.isdir('/run/systemd/system')


# --- packages --------------------------------------------------------------------------------------------------------

POLICY_TEXT = '''#!/bin/sh
# Temporary, by Memharbor: only Docker may start while packages are installed.
case "$1" in docker|docker.socket|containerd) exit 0 ;; esac
exit 101
'''


def is_own_policy():
    """Whether the policy-rc.d is one of these: one that was cut off while apt ran left it."""
    with contextlib.suppress(OSError):
        return stat.S_ISREG(os.lstat(POLICY).st_mode) and read_text(POLICY) == POLICY_TEXT
    return False


def remove_own_policy():
    if is_own_policy():
        remove_file(POLICY)


@contextlib.contextmanager
def one_at_a_time():
    """Else the end of one preparing would take the policy-rc.d away from another. The kernel frees a dead one's place.

    The place is a file that only root can open: anybody can hold a lock on a folder that they can read.
    """
    descriptor = open_place()
    try:
        until = time.monotonic() + 600
        while not has_place(descriptor):
            if time.monotonic() > until:
                raise Refusal('busy', 'Another preparing has been installing packages for 10 minutes.')
            if is_place(descriptor):
                time.sleep(0.5)
            else:
                os.close(descriptor)
                descriptor = open_place()
        try:
            yield
        finally:
            # While it is held, so that nobody else's is removed.
            remove_file(PLACE)
    finally:
        os.close(descriptor)


def open_place():
    return os.open(PLACE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def has_place(descriptor):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return is_place(descriptor)


def is_place(descriptor):
    """Whether it was not removed in between by the one who held it: then it is nobody's place any more."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.lstat(PLACE))
    return False


@contextlib.contextmanager
def services_kept_from_starting():
    """A policy-rc.d for as long as apt runs. A foreign one that is there already stays in charge."""
    with one_at_a_time():
        if os.path.lexists(POLICY) and not is_own_policy():
            yield
            return
        write_file(POLICY, POLICY_TEXT, 0o755)
        try:
            yield
        finally:
            remove_file(POLICY)


def do_policy(_request):
    with one_at_a_time():
        remove_own_policy()
    return {}


def do_packages(request):
    names = request['names']
    if not names:
        return {}
    with services_kept_from_starting():
        status, printed, said = install_packages(names)
        if status:
            tell('Reading the package lists')
            run('apt-get', '-o', 'DPkg::Lock::Timeout=120', 'update', timeout=300)
            status, printed, said = install_packages(names)
    if status:
        raise Refusal('packages', 'The packages could not be installed: %s' % last_words(said or printed), names=names)
    return {}


def install_packages(names):
    words = ('-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', '--no-remove')
    whole = with_client(names)
    tell('Installing ' + ', '.join(whole))
    return run('apt-get', *words, *whole, timeout=900)


def with_client(names):
    """From Debian 13 on the program `docker` is a package of its own, which docker.io only recommends."""
    if 'docker.io' not in names or 'docker-cli' in names or run('apt-cache', 'show', 'docker-cli')[0]:
        return names
    return [*names, 'docker-cli']


# --- docker ----------------------------------------------------------------------------------------------------------

def do_docker(_request):
    """Starts it. systemd gives a unit up that failed often: without forgetting that, not even its socket would start."""
    tell('Starting Docker')
    run('systemctl', 'reset-failed', SERVICE, 'docker.socket', 'docker.service')
    require('systemctl', 'start', 'docker.socket', 'docker.service', timeout=120)
    return {}


# --- install ---------------------------------------------------------------------------------------------------------

def installed_version():
    found = re.search(r"^VERSION = '(%s)'$" % VERSION, read_text(HELPER), re.MULTILINE)
    return found.group(1) if found else None


def as_numbers(version):
    return tuple(int(part) for part in version.split('.'))


OPERATOR_RULE = re.compile(r'^(?:# (%s)\n#([0-9]{1,10})|(%s)) ALL=\(root\) NOPASSWD: (?:EXEC: )?%s ""$'
                           % (LOGIN, LOGIN, re.escape(HELPER)), re.MULTILINE | re.ASCII)


def read_rules():
    """Login name to uid as the sudoers file has them; None where an earlier preparing wrote the name alone.

    >>> # ann
    >>> #1001 ALL=(root) NOPASSWD: EXEC: /usr/local/sbin/memharbor-host ""
    >>> bob ALL=(root) NOPASSWD: /usr/local/sbin/memharbor-host ""
    """
    return {name or alone: int(uid) if uid else None for name, uid, alone in OPERATOR_RULE.findall(read_text(SUDOERS))}


def recorded_operators():
    """Operators in the helper's state file, and in sudoers, because a state file that cannot be read names nobody."""
    names = set(read_rules())
    with contextlib.suppress(ValueError, AttributeError, TypeError):
        listed = json.loads(read_text(STATE_DIR + '/state.json')).get('operators')
        names.update(name for name in listed if re.fullmatch(LOGIN, name, re.ASCII))
    return names


def find_uid(name):
    """None where there is no such account, and where it could not be looked up: Python does not tell them apart."""
    try:
        return pwd.getpwnam(name).pw_uid
    except (KeyError, OSError):
        return None


def has_other_login(name, uid):
    """Whether an account of another name has the uid by now: sudo would let that one in."""
    try:
        return pwd.getpwuid(uid).pw_name != name
    except (KeyError, OSError):
        return False


def plan_rules(names, found):
    """Login name to who is named in sudoers, `#1001`. Root needs no rule.

    Who cannot be looked up keeps the rule that is there: taking it away is a step of its own. A rule by a uid that
    another account has is nobody's any more.
    """
    who = {}
    for name in sorted(names):
        if re.fullmatch(ALIAS, name, re.ASCII):
            continue
        uid = find_uid(name)
        if uid is None and found.get(name) is not None and has_other_login(name, found[name]):
            continue
        uid = found.get(name) if uid is None else uid
        if uid is not None:
            who[name] = '#%d' % uid
        elif name in found:
            who[name] = name
    return {name: each for name, each in who.items() if each not in ('#0', 'root')}


# The helper starts iptables and ipset, which `Defaults noexec` of a hardened server would forbid.
TAGS = 'NOPASSWD: EXEC:'
# For a sudo that does not know the tag.
OLDER_TAGS = 'NOPASSWD:'
REFUSED = '# visudo here refuses EXEC:, so these rules go without.'


def write_rules(rules):
    if not rules and not os.path.exists(SUDOERS):
        # Root alone is an operator, and a server that is used as root need not have sudo.
        return
    try:
        write_file(SUDOERS, render_sudoers(rules, TAGS), 0o440, check_sudoers)
    except Refusal as refusal:
        if refusal.code != 'sudoers':
            raise
        # The helper reads the comment: without it the next plan would try the tag again.
        write_file(SUDOERS, render_sudoers(rules, OLDER_TAGS, REFUSED), 0o440, check_sudoers)


def render_sudoers(rules, tags, *remarks):
    """One rule an operator. `""` allows no arguments at all, and works in sudo and in sudo-rs.

    sudo cannot take a uid for an alias, and a name that is given to somebody else brings no rule with it.
    """
    lines = ['# Memharbor: operators may run its helper, without arguments. Written by `memharbor host prepare`.',
             *remarks]
    for name, who in rules.items():
        comment = ['# %s' % name] if who != name else []
        lines += [*comment, '%s ALL=(root) %s %s ""' % (who, tags, HELPER)]
    return '\n'.join(lines) + '\n'


def check_sudoers(path):
    status, printed, said = run('visudo', '-cf', path)
    if status:
        raise Refusal('sudoers', 'visudo refuses the sudoers entry: %s' % last_words(said or printed))


def check_python(path):
    try:
        ast.parse(read_text(path))
    except (SyntaxError, ValueError):
        raise Refusal('field', 'The helper is not a Python program.', field='content') from None


def do_install(request):
    found = installed_version()
    if found and as_numbers(found) > as_numbers(request['version']):
        raise Refusal('newer', 'Helper %s is installed, which is newer than %s.' % (found, request['version']),
                      found=found, version=request['version'])
    if find_uid(request['operator']) is None:
        raise Refusal('operator', 'The account of %s could not be looked up.' % request['operator'])
    files = request['files']
    for path in FILES:
        if path in files:
            tell('Writing ' + path)
            write_file(path, files[path], FILES[path], check_python if path == HELPER else None)
    operators = recorded_operators() | {request['operator']}
    tell('Writing ' + SUDOERS)
    write_rules(plan_rules(operators, read_rules()))
    if has_systemd():
        tell('Enabling ' + SERVICE)
        require('systemctl', 'daemon-reload')
        require('systemctl', 'enable', SERVICE, SETS, *AROUND_NFTABLES)
        require('systemctl', 'enable', '--now', TIMER)
        if not run('systemctl', '--quiet', 'is-active', 'nftables.service')[0]:
            require('systemctl', 'start', *AROUND_NFTABLES)
    return {'operators': sorted(operators), 'systemd': has_systemd()}


# --- dismiss ---------------------------------------------------------------------------------------------------------

def do_dismiss(request):
    """Takes the rule away first, then the name from the helper's state, which would bring the rule back."""
    gone = set(request['operators'])
    found = read_rules()
    if os.path.exists(SUDOERS):
        tell('Writing ' + SUDOERS)
        write_rules(plan_rules(set(found) - gone, found))
    if os.path.exists(HELPER):
        for name in sorted(gone):
            forget_operator(name)
    return {'operators': sorted(recorded_operators())}


def forget_operator(name):
    request = {'v': 1, 'op': 'dismiss', 'operationId': 'dismiss-' + os.urandom(8).hex(), 'operator': name}
    try:
        reply = json.loads(require(HELPER, text=json.dumps(request) + '\n'))
    except ValueError:
        raise Refusal('helper', 'The helper did not answer.') from None
    if reply.get('ok') or reply.get('code') == 'unconfigured':
        return
    if reply.get('code') == 'op':
        raise Refusal('helper', 'The helper here is too old to forget an operator. Prepare the host first.')
    raise Refusal('helper', '%s is not forgotten: %s' % (name, reply.get('message')))


# --- image -----------------------------------------------------------------------------------------------------------

def parse_ldd(text):
    """`ldd` to (paths, names that were not found).

    >>> linux-vdso.so.1 (0x00007ffd)
    >>> libevent-2.1.so.7 => /lib/x86_64-linux-gnu/libevent-2.1.so.7 (0x00007f3b)
    >>> libmissing.so.1 => not found
    >>> /lib64/ld-linux-x86-64.so.2 (0x00007f3c)
    """
    paths, missing = [], []
    for line in text.splitlines():
        found = re.match(r'\s*(?:(\S+) => )?(not found|/\S+)', line)
        if found and found.group(2) == 'not found':
            missing.append(found.group(1))
        elif found:
            paths.append(found.group(2))
    return paths, missing


def fetch_memcached(folder):
    """Unpacks the memcached package and the libraries it needs into a folder; installs nothing."""
    root = os.path.join(folder, 'root')
    os.chmod(folder, 0o755)
    tell('Downloading the memcached package')
    if run('apt-get', 'download', 'memcached', timeout=300, folder=folder)[0]:
        run('apt-get', '-o', 'DPkg::Lock::Timeout=120', 'update', timeout=300)
        require('apt-get', 'download', 'memcached', timeout=300, folder=folder)
    package = [name for name in os.listdir(folder) if name.endswith('.deb')][0]
    # >>> adduser, lsb-base, libc6 (>= 2.34), libevent-2.1-7 (>= 2.1.8-stable), libsasl2-2
    depends = require('dpkg-deb', '-f', os.path.join(folder, package), 'Depends')
    names = re.findall(r'(?:^|[,|]\s*)(lib[a-z0-9][a-z0-9+.-]*)', depends.strip())
    wanted = [name for name in names if run('dpkg-query', '-s', name)[0]]
    if wanted:
        require('apt-get', 'download', *wanted, timeout=300, folder=folder)
    for name in sorted(os.listdir(folder)):
        if name.endswith('.deb'):
            require('dpkg-deb', '-x', os.path.join(folder, name), root)
    return root


def find_libraries(root):
    return ':'.join(os.path.join(root, base, name) for base in ('usr/lib', 'lib')
                    for name in ['.', *(os.listdir(os.path.join(root, base))
                                        if os.path.isdir(os.path.join(root, base)) else [])])


PASSWD = 'root:x:0:0:root:/:/usr/sbin/nologin\n' \
         'memcached:x:%d:%d:memcached:/:/usr/sbin/nologin\n' \
         'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n' % (MEMCACHED_UID, MEMCACHED_UID)
GROUP = 'root:x:0:\nmemcached:x:%d:\nnogroup:x:65534:\n' % MEMCACHED_UID


def build_image(binary, libraries, root):
    """A tar of the program and what it is linked to. The same files give the same bytes: no times, no owners."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w', format=tarfile.PAX_FORMAT) as tar:
        def add(name, data, mode):
            info = tarfile.TarInfo(name.lstrip('/'))
            info.size, info.mode = len(data), mode
            tar.addfile(info, io.BytesIO(data))

        add('/etc/passwd', PASSWD.encode(), 0o644)
        add('/etc/group', GROUP.encode(), 0o644)
        for path in sorted({*libraries, binary}):
            inside = '/usr/bin/memcached' if path == binary else os.path.normpath(path)
            if root and inside.startswith(root + '/'):
                inside = inside[len(root):]
            with open(path, 'rb') as file:
                add(inside, file.read(), 0o755)
    return buffer.getvalue()


def do_image(request):
    with tempfile.TemporaryDirectory(prefix='memharbor-image-') as folder:
        binary, root, environment = '/usr/bin/memcached', None, {}
        if not os.access(binary, os.X_OK):
            root = fetch_memcached(folder)
            binary = root + binary
            environment = {'LD_LIBRARY_PATH': find_libraries(root)}
        libraries, missing = parse_ldd(require('ldd', binary, environment=environment))
        if missing:
            raise Refusal('image', 'memcached needs %s, which this host does not have.' % ', '.join(missing),
                          missing=missing)
        # >>> memcached 1.6.18
        version = re.match(r'memcached (\d[0-9A-Za-z.~+-]*)', require(binary, '-V', environment=environment))
        if not version:
            raise Refusal('image', 'The memcached of this host does not tell its version.')
        data = build_image(binary, libraries, root)
    tell('Importing memcached %s as %s' % (version.group(1), request['tag']))
    return {'image': import_image(data, request['tag'], version.group(1)), 'version': version.group(1),
            'bytes': len(data)}


def import_image(data, tag, version):
    repo, _, name = tag.rpartition(':')
    changes = ['USER %d' % MEMCACHED_UID, 'ENTRYPOINT ["memcached"]', 'LABEL io.memharbor.image=1',
               'LABEL io.memharbor.memcached=' + version]
    query = urllib.parse.urlencode([('fromSrc', '-'), ('repo', repo), ('tag', name),
                                    *(('changes', change) for change in changes)])
    try:
        answer = ask_docker('POST', '/images/create?' + query, data)
    except FileNotFoundError:
        raise Refusal('docker', 'Docker does not run: there is no %s.' % DOCKER_SOCKET) from None
    # A stream of JSON objects: {"status":"sha256:..."}, or {"error":"..."} although the status was 200.
    for line in answer.splitlines():
        if line.strip():
            item = json.loads(line)
            if 'error' in item:
                raise Refusal('docker', 'Docker did not import the image: %s' % str(item['error'])[:300])
            if str(item.get('status', '')).startswith('sha256:'):
                return item['status']
    raise Refusal('docker', 'Docker did not say what it imported.')


def ask_docker(method, path, body=None):
    """One request to the Docker API; returns the body. Raises FileNotFoundError where there is no Docker."""
    import http.client
    connection = http.client.HTTPConnection('docker', timeout=120)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.settimeout(120)
        connection.sock.connect(DOCKER_SOCKET)
        connection.request(method, path, body, {'Content-Type': 'application/x-tar'} if body else {})
        response = connection.getresponse()
        text = response.read().decode('utf-8', 'replace')
        if response.status >= 300:
            raise Refusal('docker', 'Docker answered with status %d: %s' % (response.status, text.strip()[:300]))
        return text
    except FileNotFoundError:
        raise
    except (OSError, http.client.HTTPException) as error:
        raise Refusal('docker', 'Docker does not answer: %s.' % error) from None
    finally:
        connection.close()


# --- sysctl ----------------------------------------------------------------------------------------------------------

def do_sysctl(_request):
    """Raises the limits of the neighbour tables, never lowers them. In a container's network they do not exist."""
    lines, applied = ['# Memharbor: room for the addresses of many containers.'], True
    for family in ('ipv4', 'ipv6'):
        for key, least in NEIGHBOURS.items():
            path = '/proc/sys/net/%s/neigh/default/%s' % (family, key)
            found = read_text(path).strip()
            value = max(least, int(found) if found.isdigit() else 0)
            if found == str(value) and not os.path.exists(SYSCTL):
                continue
            lines.append('net.%s.neigh.default.%s = %d' % (family, key, value))
            try:
                with open(path, 'w', encoding='ascii') as file:
                    file.write(str(value))
            except OSError:
                applied = False
    write_file(SYSCTL, '\n'.join(lines) + '\n', 0o644)
    return {'applied': applied}


# --- reserve ---------------------------------------------------------------------------------------------------------

def parse_ports(text):
    """>>> 8080,20000-29999"""
    return {port for low, high in re.findall(r'(\d{1,5})(?:-(\d{1,5}))?', text)
            for port in range(int(low), int(high or low) + 1)}


def render_ports(ports):
    """The opposite, as the kernel prints it."""
    pieces = []
    for port in sorted(ports):
        if pieces and pieces[-1][1] == port - 1:
            pieces[-1][1] = port
        else:
            pieces.append([port, port])
    return ','.join('%d' % low if low == high else '%d-%d' % (low, high) for low, high in pieces)


def read_reserved():
    """(reserved by others, added to that by an earlier preparing)"""
    found = re.search(r'^# Added to those of others: (.*)$', read_text(RESERVED), re.MULTILINE)
    added = parse_ports(found.group(1)) if found else set()
    return parse_ports(read_text(RESERVED_NOW)) - added, added


def write_reserved(ports):
    with open(RESERVED_NOW, 'w', encoding='ascii') as file:
        file.write(render_ports(ports) + '\n')


def do_reserve(request):
    """Keeps the host's own connections from the ports. The setting is one list for all: what others reserved stays."""
    others, _ = read_reserved()
    added = set(range(request['from'], request['to'] + 1)) - others
    tell('Writing ' + RESERVED)
    write_reserved(others | added)
    write_file(RESERVED, "# Memharbor: the host's own connections leave the ports of tenants alone.\n"
               '# Added to those of others: %s\nnet.ipv4.ip_local_reserved_ports = %s\n'
               % (render_ports(added), render_ports(others | added)), 0o644)
    return {}


def let_go_of_ports():
    others, added = read_reserved()
    if added:
        # In a container the setting is not to be had.
        with contextlib.suppress(OSError):
            write_reserved(others)
    remove_file(RESERVED)


# --- uninstall -------------------------------------------------------------------------------------------------------

def count_tenants():
    """Asks the helper, because its state file alone does not have the latest changes."""
    try:
        reply = json.loads(require(HELPER, text='{"v":1,"op":"records"}\n'))
    except ValueError:
        raise Refusal('state', 'The helper did not answer.') from None
    if reply.get('ok'):
        return len(reply['tenants'])
    if reply.get('code') == 'unconfigured':
        return 0
    raise Refusal('state', '%s Move it away first.' % reply.get('message'))


def is_of_tenant(container):
    # `docker commit` copies labels, so the label alone makes a container nobody's.
    networks = (container.get('NetworkSettings') or {}).get('Networks') or {}
    names = container.get('Names')
    own = '/memharbor-' + (container.get('Labels') or {}).get(LABEL, '')
    return not names or own in names or any(re.fullmatch('memharbor-[1-9][0-9]{0,4}', name) for name in networks)


def require_no_tenants():
    query = urllib.parse.urlencode({'all': '1', 'filters': json.dumps({'label': [LABEL]})})
    try:
        listed = json.loads(ask_docker('GET', '/containers/json?' + query))
    except FileNotFoundError:
        listed = []
    found = [container for container in listed if is_of_tenant(container)]
    if found:
        raise Refusal('container', '%d tenant containers are still there.' % len(found), containers=len(found))
    tenants = count_tenants() if os.path.exists(HELPER) else 0
    if tenants:
        raise Refusal('tenants', '%d tenants are still recorded.' % tenants, tenants=tenants)


def teardown_filter():
    """Asks the helper, which knows its own chains and sets; it refuses while a tenant is there."""
    printed = require(HELPER, text='{"v":1,"op":"teardown"}\n')
    try:
        reply = json.loads(printed)
    except ValueError:
        raise Refusal('teardown', 'The helper did not answer.') from None
    if not reply.get('ok'):
        raise Refusal('teardown', 'The filter was not removed: %s' % reply.get('message'))


def do_uninstall(request):
    """Backwards: what starts the helper, then the filter, then who may run it, its files, and the helper itself."""
    require_no_tenants()
    tell('Removing the units')
    if has_systemd():
        run('systemctl', 'disable', '--now', TIMER)
        run('systemctl', 'disable', SERVICE, SETS)
        # Or their end would close the ports once more.
        remove_file(CLOSER)
        run('systemctl', 'disable', '--now', *AROUND_NFTABLES)
    for path in reversed(list(FILES)):
        if path != HELPER:
            remove_file(path)
    if has_systemd():
        require('systemctl', 'daemon-reload')
    remove_file(SYSCTL)
    let_go_of_ports()
    if os.path.exists(HELPER):
        tell('Removing the filter')
        teardown_filter()
    remove_file(SUDOERS)
    do_policy(request)
    # Another file system may be mounted there; then it is emptied.
    shutil.rmtree(STATE_DIR, ignore_errors=True)
    shutil.rmtree(START_DIR, ignore_errors=True)
    remove_file(HELPER)
    return {}


# --- Session ---------------------------------------------------------------------------------------------------------

OPERATIONS = {'packages': do_packages, 'install': do_install, 'image': do_image, 'sysctl': do_sysctl,
              'reserve': do_reserve, 'dismiss': do_dismiss, 'policy': do_policy, 'docker': do_docker,
              'uninstall': do_uninstall}


def answer(line):
    try:
        request = parse_request(line)
        return {'ok': True, **OPERATIONS[request['op']](request)}
    except Refusal as refusal:
        return {'ok': False, 'code': refusal.code, 'message': str(refusal), 'details': refusal.details}
    except OSError as error:
        message = '%s: %s.' % (error.filename or 'A file', error.strerror)
        return {'ok': False, 'code': 'disk', 'message': message, 'details': {}}
    except Exception as error:  # a defect: its kind, and none of the values
        return {'ok': False, 'code': 'internal', 'message': 'A defect of prepare.py: %s.' % type(error).__name__,
                'details': {}}


def main():
    os.umask(0o022)
    os.chdir('/')
    while True:
        # The loader read its line through the same buffered stream, so nothing is lost between the two.
        line = sys.stdin.readline(4 << 20)
        if not line:
            return
        write_line(answer(line))


main()
