"""Looks up the accounts of those who may run the helper, as the ordinary user; changes nothing.

The loader that runs it read this text as its first line. The next line of standard input is a JSON list of login names
and of uids, each for the account that has it now if there is one, and one JSON document comes back. Where it is not
certain that there is no such account, the answer is `unclear`, never `absent`: Python's look-up says the same of an
account that is gone and of a directory that does not answer. Python 3.6 or newer.
"""
import json
import os
import pwd
import re
import stat
import sys

DOCKER_SOCKET = '/var/run/docker.sock'
# Sources that are files of this host, so that what is not found there is not there. systemd has those of homed besides.
LOCAL = {'files', 'systemd', 'altfiles', 'extrausers'}
HOMED = ('/usr/lib/systemd/systemd-homed', '/lib/systemd/systemd-homed')


def read_text(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read()
    except OSError:
        return ''


def are_local(database):
    """Whether all accounts or groups are in files of this host.

    >>> passwd:         files systemd
    >>> group:          files [SUCCESS=merge] sss
    """
    found = re.search(r'^\s*%s:([^#\n]*)' % database, read_text('/etc/nsswitch.conf'), re.MULTILINE)
    sources = re.sub(r'\[[^\]]*\]', ' ', found.group(1)).split() if found else []
    if 'systemd' in sources and any(map(os.path.exists, HOMED)):
        return False
    return bool(sources) and LOCAL.issuperset(sources)


def find_docker_group():
    """The group that may use Docker's socket; None where it is not by a group that this is decided."""
    try:
        found = os.stat(DOCKER_SOCKET)
    except OSError:
        return None
    try:
        has_list = 'system.posix_acl_access' in os.listxattr(DOCKER_SOCKET)
    except OSError:
        has_list = False
    by_group = stat.S_IMODE(found.st_mode) & 0o022 == 0o020
    return found.st_gid if by_group and found.st_gid != 0 and not has_list else None


def is_in(account, group):
    if group is None:
        return None
    try:
        if group in os.getgrouplist(account.pw_name, account.pw_gid):
            return True
    except OSError:
        return None
    return False if are_local('group') and are_local_members() else None


def are_local_members():
    """The line `initgroups` counts in place of `group` where there is one."""
    return 'initgroups:' not in read_text('/etc/nsswitch.conf') or are_local('initgroups')


def look_up(name, group):
    try:
        account = pwd.getpwnam(name)
    except (KeyError, OSError):
        lines = read_text('/etc/passwd').splitlines()
        certain = are_local('passwd') and lines and not any(line.startswith(name + ':') for line in lines)
        return {'name': name, 'account': 'absent' if certain else 'unclear', 'uid': None, 'docker': None}
    docker = True if account.pw_uid == 0 else is_in(account, group)
    return {'name': name, 'account': 'present', 'uid': account.pw_uid, 'docker': docker}


def find_name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OSError, OverflowError):
        return None


def list_names(wanted):
    """Each name once, those of uids as well: whose uid somebody else has now is found by that."""
    found = [each if isinstance(each, str) else find_name(each) for each in wanted]
    # As long as the longest that may have a rule, which is enough to tell it from others.
    return list(dict.fromkeys(name[:32] for name in found if name))


names = list_names(json.loads(sys.stdin.readline()))
json.dump({'v': 1, 'accounts': [look_up(name, find_docker_group()) for name in names]}, sys.stdout)
sys.stdout.write('\n')
