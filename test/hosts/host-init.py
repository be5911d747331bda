"""Process 1 of a sandbox host: builds the host's own file tree and stays until standard input ends.

Runs in fresh mount, network, pid, uts and ipc namespaces. The first line of standard input is
  {"work": "/run/memharbor-sandbox/x", "hostname": "host0", "hide": ["/usr/sbin/ipset"],
   "sysctl": {"net.ipv4.ip_forward": "1"}, "files": [{"path": "/etc/ssh/sshd_config", "mode": 420, "text": "Port 22"}]}
and two lines come back: {"pid": 4711} (as the machine sees it) and {"ready": true}.
"""
import ctypes
import glob
import json
import os
import shutil
import signal
import sys

# A host is as its packages have it: what the machine's owner, another Docker or an earlier Memharbor set is not seen.
FOREIGN = [
    "/etc/docker", "/root/.docker", "/root/.ssh",
    "/etc/sudoers.d/*", "/etc/ssh/ssh_config.d/*", "/etc/ssh/sshd_config.d/*", "/etc/hosts.allow", "/etc/hosts.deny",
    "/etc/systemd/system/*", "/etc/sysctl.d/*memharbor*", "/etc/ufw/ufw.conf", "/usr/sbin/policy-rc.d",
    "/usr/local/sbin/memharbor*", "/var/lib/memharbor*",
]
# Debian's, in words that every sudo and sudo-rs reads.
SUDOERS = """Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
%sudo ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""
PERSISTENT = {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "overlay", "bcachefs"}
OWN = ("/proc", "/sys", "/dev", "/run", "/tmp", "/mnt", "/media", "/var/lib/docker")


# Of mount(2) and umount2(2). A program for each of a dozen mounts would take longer than the rest of a host's start.
READ_ONLY, REMOUNT, BIND, RECURSIVE, DETACH = 1, 32, 4096, 16384, 2
LIBC = ctypes.CDLL(None, use_errno=True)


def call(*argv):
    status = os.spawnvp(os.P_WAIT, argv[0], argv)
    if status != 0:
        raise OSError(f"{' '.join(argv)} ended with {status}")


def check(result, path):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), path)


def mount(source, target, kind=None, options=None, flags=0):
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind, options)]
    check(LIBC.mount(*words[:3], ctypes.c_ulong(flags), words[3]), target)


def overlay(lower, layer, target):
    for part in ("upper", "work"):
        os.makedirs(f"{layer}/{part}", mode=0o755)
    mount("overlay", target, "overlay", f"lowerdir={lower},upperdir={layer}/upper,workdir={layer}/work")


def mounted_file_systems():
    """Directories under / that hold a file system of their own, parents first.

    A line of mountinfo: 36 35 98:0 /mnt1 /home rw,noatime master:1 - ext4 /dev/root rw,errors=continue
    """
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8") as lines:
        for line in lines:
            left, right = line.split(" - ", 1)
            path = left.split()[4]
            own = path == "/" or any(path == own or path.startswith(own + "/") for own in OWN)
            if right.split()[0] in PERSISTENT and not own and os.path.isdir(path):
                found.append(path)
    return sorted(set(found))


def build_tree(work):
    """Puts a writable layer in memory over the machine's files and makes that the root."""
    tree = f"{work}/tree"
    os.makedirs(tree, exist_ok=True)
    mount("tmpfs", tree, "tmpfs", "mode=755")
    root = f"{tree}/root"
    os.mkdir(root, 0o755)
    others = mounted_file_systems()
    overlay("/", f"{tree}/layer", root)
    for number, path in enumerate(others):
        try:
            overlay(path, f"{tree}/layer{number}", root + path)
        except OSError:
            print(f"{path} has no private layer in the sandbox", file=sys.stderr)
    mount("proc", f"{root}/proc", "proc")
    for path in ("/sys", "/dev"):
        mount(path, root + path, flags=BIND | RECURSIVE)
    os.makedirs(f"{root}/var/lib/docker", exist_ok=True)
    for path, mode in (("/run", "755"), ("/tmp", "1777"), ("/var/lib/docker", "711")):
        mount("tmpfs", root + path, "tmpfs", f"mode={mode}")
    # A host by socket runs the program inside of the sandbox, so the checkout has to be there wherever it lies.
    checkout = os.getcwd()
    if any(checkout.startswith(own + "/") for own in OWN):
        os.makedirs(root + checkout, exist_ok=True)
        mount(checkout, root + checkout, flags=BIND)
        mount(None, root + checkout, flags=REMOUNT | BIND | READ_ONLY)
    old = f"{root}/run/machine"
    os.mkdir(old)
    call("pivot_root", root, old)
    os.chdir("/")
    check(LIBC.umount2(b"/run/machine", DETACH), "/run/machine")
    os.rmdir("/run/machine")


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def write_sudoers():
    with open("/etc/sudoers", "w", encoding="utf-8") as rules:
        rules.write(SUDOERS)
    os.chmod("/etc/sudoers", 0o440)
    os.makedirs("/etc/sudoers.d", mode=0o755, exist_ok=True)


def write_file(path, mode, text):
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)


def main():
    spec = json.loads(sys.stdin.readline())
    print(json.dumps({"pid": int(os.readlink("/proc/self"))}), flush=True)
    os.umask(0o022)
    build_tree(spec["work"])
    for pattern in FOREIGN + spec["hide"]:
        for path in glob.glob(pattern):
            remove(path)
    write_sudoers()
    for file in spec["files"]:
        write_file(**file)
    os.mkdir("/run/lock", 0o1777)
    with open("/proc/sys/kernel/hostname", "w", encoding="utf-8") as hostname:
        hostname.write(spec["hostname"])
    with open("/etc/hosts", "a", encoding="utf-8") as hosts:
        hosts.write(f"\n127.0.1.1 {spec['hostname']}\n")
    call("ip", "link", "set", "lo", "up")
    for name, value in spec["sysctl"].items():
        with open("/proc/sys/" + name.replace(".", "/"), "w", encoding="utf-8") as setting:
            setting.write(value)
    # From here on orphans are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(json.dumps({"ready": True}), flush=True)
    sys.stdin.read()


main()
