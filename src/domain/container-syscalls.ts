/**
 * The system calls of a tenant's container, by what a cache needs them for. A cache listens and answers: it has no
 * `connect`, no datagram or raw socket, so nothing in it begins a connection or looks up a name, also not by the resolver
 * that Docker puts into each container and that no packet filter of the host sees.
 */
const groups = {
  files: `
    access faccessat faccessat2 open openat openat2 creat close close_range read readv pread64 preadv preadv2
    write writev pwrite64 pwritev pwritev2 lseek _llseek stat stat64 lstat lstat64 fstat fstat64 fstatat64
    newfstatat statx statfs statfs64 fstatfs fstatfs64 readlink readlinkat getdents getdents64 getcwd chdir
    fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat chmod
    fchmod fchmodat umask utimensat ftruncate ftruncate64 truncate truncate64 fallocate fadvise64 fadvise64_64
    flock fsync fdatasync sync_file_range syncfs sendfile sendfile64 copy_file_range splice dup dup2 dup3 fcntl
    fcntl64 ioctl pipe pipe2 tee memfd_create`,
  memory: `
    brk mmap mmap2 munmap mremap mprotect madvise msync mincore membarrier mlock mlock2 mlockall munlock
    munlockall shmget shmat shmdt shmctl`,
  processes: `
    execve execveat exit exit_group fork vfork wait4 waitid waitpid kill tkill tgkill getpid getppid gettid
    getpgid getpgrp getsid setpgid setsid set_tid_address set_robust_list get_robust_list rseq futex
    futex_time64 futex_waitv futex_wait futex_wake futex_requeue sched_yield sched_getaffinity sched_setaffinity
    sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min getpriority setpriority
    prctl arch_prctl set_thread_area get_thread_area set_tls cacheflush getrlimit ugetrlimit setrlimit prlimit64
    getrusage times uname sysinfo getcpu getrandom seccomp riscv_flush_icache riscv_hwprobe map_shadow_stack`,
  users: `
    getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getgroups getgroups32 getresuid
    getresuid32 getresgid getresgid32 setuid setuid32 setgid setgid32 setgroups setgroups32 setresuid
    setresuid32 setresgid setresgid32 setreuid setregid setfsuid setfsgid capget capset`,
  signals: `
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigqueueinfo rt_sigsuspend rt_sigtimedwait
    rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigreturn signalfd signalfd4 restart_syscall alarm
    pause pidfd_open pidfd_send_signal`,
  time: `
    clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64
    nanosleep gettimeofday time getitimer setitimer timer_create timer_delete timer_getoverrun timer_gettime
    timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_settime
    timerfd_settime64`,
  waiting: `
    poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64 epoll_create epoll_create1 epoll_ctl
    epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 inotify_init1 inotify_add_watch inotify_rm_watch`,
  answering: `
    bind listen accept accept4 getsockname getpeername getsockopt setsockopt recv recvfrom recvmsg recvmmsg
    recvmmsg_time64 shutdown`,
} as const

const unix = 1
/** Address families of sockets: unix(7), ip(7), ipv6(7). */
const families = [unix, 2, 10]
/** The lower four bits of a socket's type, without its flags, and SOCK_STREAM. */
const [typeMask, stream] = [0xf, 1]
/** The protocols of a stream: the usual one of its family, and TCP by name. */
const protocols = [0, 6]
/** MSG_FASTOPEN, with which a send begins a connection (tcp(7)), and where each call has its flags. */
const fastOpen = 0x20000000
const flagsAt = { send: 3, sendto: 3, sendmsg: 2, sendmmsg: 3 } as const
/** clone(2): all flags that make a namespace (CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET). */
const newNamespaces = 0x7e020000
const [EPERM, ENOSYS] = [1, 38]

/**
 * A seccomp profile in Docker's form, as text. Calls that are not in it answer ENOSYS, as an older kernel would: a libc
 * which knows newer calls then goes on with older ones.
 */
export function renderSeccompProfile(): string {
  const allow = { action: 'SCMP_ACT_ALLOW' }
  return JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ENOSYS,
    syscalls: [
      { names: Object.values(groups).flatMap((names) => names.trim().split(/\s+/)), ...allow },
      ...families.flatMap((family) =>
        protocols.map((protocol) => ({
          names: ['socket'],
          ...allow,
          args: [
            { index: 0, value: family, op: 'SCMP_CMP_EQ' },
            { index: 1, value: typeMask, valueTwo: stream, op: 'SCMP_CMP_MASKED_EQ' },
            { index: 2, value: protocol, op: 'SCMP_CMP_EQ' },
          ],
        })),
      ),
      // Of another family it fails, after the kernel has loaded that family's module.
      {
        names: ['socketpair'],
        ...allow,
        args: [{ index: 0, value: unix, op: 'SCMP_CMP_EQ' }],
      },
      ...Object.entries(flagsAt).map(([name, index]) => ({
        names: [name],
        ...allow,
        args: [{ index, value: fastOpen, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      })),
      // Its flags stand in memory, where no profile sees them; clone(2) makes the same threads.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
      {
        names: ['clone'],
        ...allow,
        args: [{ index: 0, value: newNamespaces, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
      { names: ['connect'], action: 'SCMP_ACT_ERRNO', errnoRet: EPERM },
    ],
  })
}
