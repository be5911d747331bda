#!/bin/sh
# Runs a program where the machine looks like a server that Memharbor manages, with an operator called as in sandbox
# hosts and settings of its owner's; in fresh mount namespaces only, so that the machine itself stays as it is:
#   unshare --mount --propagation private sh prepared-machine.sh EMPTY-FOLDER RESOURCES PROGRAM [ARGUMENT]...
set -eu
work=$1
resources=$2
shift 2

mount -t tmpfs -o mode=755 tmpfs "$work"
for folder in /etc /home /root /usr/local/sbin /usr/sbin /var/lib; do
  layer=$work$folder
  mkdir -p "$layer/upper" "$layer/work"
  chmod --reference "$folder" "$layer/upper"
  mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" overlay "$folder"
done

# Files that preparing leaves.
units=/etc/systemd/system
install -m 755 "$resources/memharbor-host" /usr/local/sbin/memharbor-host
sed -i "s/^VERSION = .*/VERSION = '99.0.0'/" /usr/local/sbin/memharbor-host
install -m 644 "$resources/memharbor-firewall.service" "$resources/memharbor-firewall.timer" "$units"
for service in docker nftables; do
  install -D -m 644 "$resources/$service.service.conf" "$units/$service.service.d/memharbor.conf"
done
mkdir -p "$units/sysinit.target.wants" "$units/timers.target.wants"
ln -sf "$units/memharbor-firewall.service" "$units/sysinit.target.wants/"
ln -sf "$units/memharbor-firewall.timer" "$units/timers.target.wants/"
echo 'net.ipv4.neigh.default.gc_thresh1 = 4096' > /etc/sysctl.d/60-memharbor.conf
echo 'deploy ALL=(root) NOPASSWD: /usr/local/sbin/memharbor-host ""' > /etc/sudoers.d/zz-memharbor
# A machine that has been prepared has one.
rm -rf /var/lib/memharbor
mkdir -m 700 /var/lib/memharbor
echo '{"v":1,"operators":["deploy","elsewhere"]}' > /var/lib/memharbor/state.json

# Settings of its owner.
useradd --create-home deploy
echo 'echo "text of a shell that prints"' > /home/deploy/.bashrc
echo 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/deploy
echo 'Defaults requiretty, insults' >> /etc/sudoers
mkdir -p /etc/docker "$units/docker.service.d"
echo '{"userland-proxy": false, "log-driver": "none"}' > /etc/docker/daemon.json
printf '[Service]\nEnvironment=HTTP_PROXY=http://192.0.2.1:3128\n' > "$units/docker.service.d/proxy.conf"
mkdir -p /root/.docker /root/.ssh
echo '{"currentContext": "elsewhere"}' > /root/.docker/config.json
echo 'Host *' > /root/.ssh/config
mkdir -p /etc/ufw /etc/ssh/ssh_config.d /etc/ssh/sshd_config.d
echo 'ENABLED=yes' > /etc/ufw/ufw.conf
echo 'ServerAliveInterval 7' > /etc/ssh/ssh_config.d/machine.conf
echo 'AllowUsers nobody' > /etc/ssh/sshd_config.d/machine.conf
ln -s /lib/systemd/system/nftables.service "$units/sysinit.target.wants/nftables.service"
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d

exec "$@"
