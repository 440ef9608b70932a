#!/usr/bin/env python3
"""Writes syscalls.csv, constants.csv and layouts.csv from the kernel's UAPI headers in the PyPI package `ziglang`.

Without --zig it fetches that package with pip. Every figure but KERNEL_ONLY_CONSTANTS is the compiler's for the
architecture in question: values are read back from LLVM IR, fields and offsets from its debug metadata, and every
layout is then held against a second compilation, of static assertions. What the headers lack is printed.
"""
import argparse, csv, os, pathlib, re, subprocess, sys, zipfile
from concurrent.futures import ThreadPoolExecutor

ZIG_VERSION = "0.17.1"
# Our name: zig's target and folder of headers.
ARCHES = {
    "x86_64": ("x86_64-linux-none", "x86"),
    "x86": ("x86-linux-none", "x86"),
    "x32": ("x86_64-linux-gnux32", "x86"),
    "aarch64": ("aarch64-linux-none", "aarch64"),
    "arm": ("arm-linux-eabi", "arm"),
    "riscv64": ("riscv64-linux-none", "riscv"),
    "riscv32": ("riscv32-linux-none", "riscv"),
    "loongarch64": ("loongarch64-linux-none", "loongarch"),
    "powerpc64": ("powerpc64-linux-none", "powerpc"),
    "powerpc": ("powerpc-linux-eabi", "powerpc"),
    "s390x": ("s390x-linux-none", "s390x"),
    "mips": ("mips-linux-eabi", "mips"),
    "mips64": ("mips64-linux-gnuabi64", "mips"),
    "sparc64": ("sparc64-linux-none", "sparc"),
    "m68k": ("m68k-linux-none", "m68k"),
    "csky": ("csky-linux-eabi", "csky"),
    "hexagon": ("hexagon-linux-none", "hexagon"),
    "aarch64_be": ("aarch64_be-linux-none", "aarch64"),
    "armeb": ("armeb-linux-eabi", "arm"),
    "powerpc64le": ("powerpc64le-linux-none", "powerpc"),
    "mipsel": ("mipsel-linux-eabi", "mips"),
    "mips64el": ("mips64el-linux-gnuabi64", "mips"),
}
# Those of the other endianness: numbers and constants must be the same, layouts are tabulated.
TWINS = {"aarch64_be": "aarch64", "armeb": "arm", "powerpc64le": "powerpc64", "mipsel": "mips", "mips64el": "mips64"}
HEADERS = """
linux/types.h linux/const.h asm/unistd.h asm/byteorder.h asm/errno.h asm/fcntl.h asm/ioctls.h asm/mman.h asm/poll.h
asm/resource.h asm/siginfo.h asm/signal.h asm/stat.h asm/statfs.h asm/termbits.h asm/termios.h linux/aio_abi.h
linux/audit.h linux/auxvec.h linux/bpf_common.h linux/capability.h linux/close_range.h linux/coredump.h linux/elf.h
linux/errno.h linux/eventfd.h linux/eventpoll.h
linux/falloc.h linux/fanotify.h linux/fcntl.h linux/fiemap.h linux/filter.h linux/fs.h linux/futex.h linux/inotify.h linux/io_uring.h
linux/kcmp.h linux/kexec.h linux/landlock.h linux/limits.h linux/magic.h linux/membarrier.h linux/memfd.h linux/mman.h
linux/module.h linux/mount.h linux/nsfs.h linux/openat2.h linux/pidfd.h linux/poll.h linux/prctl.h linux/quota.h linux/random.h
linux/reboot.h
linux/resource.h linux/rseq.h linux/sched.h linux/sched/types.h linux/seccomp.h linux/securebits.h linux/serial.h
linux/signal.h linux/signalfd.h linux/stat.h linux/sysinfo.h linux/time.h linux/time_types.h linux/timerfd.h linux/types.h linux/uio.h
linux/utsname.h linux/version.h linux/wait.h linux/xattr.h
""".split()

# Definitions which the kernel keeps outside its UAPI headers.
KERNEL_ONLY = r"""
typedef __kernel_loff_t loff_t;
#ifndef _NSIG /* include/asm/signal.h of x86, arm, s390, m68k */
#define _NSIG 64
#endif
/* include/linux/signal_types.h and <arch>/include/asm/signal.h: what rt_sigprocmask and rt_sigaction take */
typedef struct { unsigned long sig[(_NSIG == 128 ? 128 : 64) / (8 * sizeof(long))]; } kernel_sigset;
enum { KERNEL_NSIG = 8 * sizeof(kernel_sigset) };
#undef sa_handler /* a macro on some architectures */
struct kernel_sigaction {
#ifdef __mips__
    unsigned int sa_flags; __sighandler_t sa_handler;
#else
    __sighandler_t sa_handler; unsigned long sa_flags;
#endif
#if defined(SA_RESTORER) || defined(__sparc__) || defined(__m68k__)
    void (*sa_restorer)(void);
#endif
    kernel_sigset sa_mask;
};
struct file_handle { __u32 handle_bytes; int handle_type; unsigned char f_handle[]; }; /* include/linux/fs.h */
struct linux_dirent64 { __u64 d_ino; __s64 d_off; unsigned short d_reclen; unsigned char d_type; char d_name[]; };
struct user_msghdr { /* include/linux/socket.h */
    void *msg_name; int msg_namelen; struct iovec *msg_iov; __kernel_size_t msg_iovlen;
    void *msg_control; __kernel_size_t msg_controllen; unsigned int msg_flags;
};
struct mmsghdr { struct user_msghdr msg_hdr; unsigned int msg_len; };
struct auxv_entry { unsigned long a_type, a_val; }; /* fs/binfmt_elf.c; Elf32_auxv_t, Elf64_auxv_t */
"""
KERNEL_ONLY_CONSTANTS = {
    "SPLICE_F_MOVE": 1, "SPLICE_F_NONBLOCK": 2, "SPLICE_F_MORE": 4, "SPLICE_F_GIFT": 8,  # include/linux/splice.h
    "MNT_FORCE": 1, "MNT_DETACH": 2, "MNT_EXPIRE": 4, "UMOUNT_NOFOLLOW": 8,  # include/linux/fs.h
    "SYSLOG_ACTION_CLOSE": 0, "SYSLOG_ACTION_OPEN": 1, "SYSLOG_ACTION_READ": 2, "SYSLOG_ACTION_READ_ALL": 3,
    "SYSLOG_ACTION_READ_CLEAR": 4, "SYSLOG_ACTION_CLEAR": 5, "SYSLOG_ACTION_CONSOLE_OFF": 6,
    "SYSLOG_ACTION_CONSOLE_ON": 7, "SYSLOG_ACTION_CONSOLE_LEVEL": 8, "SYSLOG_ACTION_SIZE_UNREAD": 9,
    "SYSLOG_ACTION_SIZE_BUFFER": 10,  # include/linux/syslog.h
    "DT_UNKNOWN": 0, "DT_FIFO": 1, "DT_CHR": 2, "DT_DIR": 4, "DT_BLK": 6, "DT_REG": 8, "DT_LNK": 10,
    "DT_SOCK": 12, "DT_WHT": 14,  # include/linux/fs_types.h
    "UTIME_NOW": (1 << 30) - 1, "UTIME_OMIT": (1 << 30) - 2,  # include/linux/stat.h
    "ST_RDONLY": 0x1, "ST_NOSUID": 0x2, "ST_NODEV": 0x4, "ST_NOEXEC": 0x8, "ST_SYNCHRONOUS": 0x10, "ST_VALID": 0x20,
    "ST_MANDLOCK": 0x40, "ST_NOATIME": 0x400, "ST_NODIRATIME": 0x800, "ST_RELATIME": 0x1000,
    "ST_NOSYMFOLLOW": 0x2000,  # include/linux/statfs.h
    "MQUEUE_MAGIC": 0x19800202,  # ipc/mqueue.c
    "SWAP_FLAG_PRIO_MASK": 0x7fff, "SWAP_FLAG_PREFER": 0x8000, "SWAP_FLAG_DISCARD": 0x10000,
    "SWAP_FLAG_DISCARD_ONCE": 0x20000, "SWAP_FLAG_DISCARD_PAGES": 0x40000,  # include/linux/swap.h
}

POINTERS = {"SIG_DFL", "SIG_IGN", "SIG_ERR"}  # constants of pointer type

TYPEDEFS = """
siginfo_t stack_t kernel_sigset Elf32_Ehdr Elf64_Ehdr Elf32_Phdr Elf64_Phdr Elf32_Dyn Elf64_Dyn Elf32_Sym Elf64_Sym
Elf32_Verdef Elf64_Verdef Elf32_Verdaux Elf64_Verdaux
""".split()
STRUCTS = """
inotify_event fanotify_event_metadata fanotify_event_info_header fanotify_event_info_fid
fanotify_event_info_pidfd fanotify_event_info_error fanotify_event_info_range fanotify_event_info_mnt
fanotify_response fanotify_response_info_header fanotify_response_info_audit_rule file_handle
signalfd_siginfo kernel_sigaction __kernel_timespec __kernel_itimerspec __kernel_old_timespec
__kernel_old_timeval __kernel_old_itimerval __kernel_sock_timeval timespec timeval itimerspec itimerval
epoll_event epoll_params pollfd open_how seccomp_data seccomp_notif seccomp_notif_resp seccomp_notif_sizes
seccomp_notif_addfd sock_filter sock_fprog clone_args sched_attr mount_attr mnt_id_req statmount statx
statx_timestamp io_event iocb io_uring_params io_sqring_offsets io_cqring_offsets io_uring_sqe io_uring_cqe
io_uring_getevents_arg io_uring_reg_wait io_uring_buf io_uring_buf_ring io_uring_buf_reg io_uring_buf_status
io_uring_probe io_uring_probe_op io_uring_rsrc_register io_uring_rsrc_update io_uring_rsrc_update2
io_uring_files_update io_uring_sync_cancel_reg io_uring_restriction io_uring_file_index_range
io_uring_recvmsg_out io_uring_napi io_uring_clone_buffers io_uring_clock_register io_uring_region_desc
io_uring_mem_region_reg old_utsname oldold_utsname new_utsname rlimit rlimit64 rusage pidfd_info mnt_ns_info
nsfs_file_handle ns_id_req futex_waitv robust_list robust_list_head rseq rseq_cs rseq_slice_ctrl
landlock_ruleset_attr landlock_path_beneath_attr landlock_net_port_attr stat stat64 __old_kernel_stat statfs
statfs64 flock flock64 f_owner_ex iovec user_msghdr mmsghdr linux_dirent64 winsize termios termios2 termio
auxv_entry __user_cap_header_struct __user_cap_data_struct sysinfo prctl_mm_map file_attr xattr_args kexec_segment
if_dqblk if_dqinfo if_nextdqblk coredump_req coredump_ack
""".split()

# Headers which describe something other than what the kernel uses: x32 calls the native 64-bit statfs.
NOT_TRUE = {("x32", "statfs"), ("x32", "statfs64")}

# A constant is kept if its name starts with one of these, or if it is an error number of asm/errno.h or the number of a
# file system of linux/magic.h.
PREFIXES = """
IN_ INOTIFY_ FAN_ FANOTIFY_ EFD_ TFD_ SFD_ EPOLL EPIOC CLOCK_ TIMER_ ITIMER_ SIG SA_ SI_ CLD_ FPE_ ILL_ SEGV_ BUS_
TRAP_ EMT_ NSIGILL NSIGFPE NSIGSEGV NSIGBUS NSIGTRAP NSIGCHLD NSIGPOLL NSIGSYS NSIGEMT
LINUX_VERSION_CODE EI_ ELFCLASS ELFDATA ET_ EM_ PT_ PF_ DT_ SHN_ STB_ STT_ VER_FLG_ SYS_SECCOMP SYS_USER_DISPATCH SYSCALL_DISPATCH_ SS_
MINSIGSTKSZ O_ __O_ AT_ F_ FD_CLOEXEC LOCK_ DN_ MFD_
SPLICE_F_ MS_ MNT_ UMOUNT_ FSOPEN_ FSCONFIG_ FSMOUNT_ FSPICK_ MOVE_MOUNT_ OPEN_TREE_ MOUNT_ATTR_ STATMOUNT_
LISTMOUNT_ LSMT_ CLONE_ CSIGNAL PR_ SECCOMP_ AUDIT_ARCH_ __AUDIT_ARCH_ BPF_ SKF_ IOCB_ IORING_ IOSQE_ IOU_
PIDFD_ P_ALL P_P WNOHANG WUNTRACED WSTOPPED WEXITED WCONTINUED WNOWAIT
__WNOTHREAD __WALL __WCLONE NS_ NSFS_ NSIO LINUX_REBOOT_ RLIM RUSAGE_ POLL RENAME_ RESOLVE_ OPEN_HOW_ FUTEX
ROBUST_ LANDLOCK_ S_I SEEK_ PROT_ MAP_ MADV_ MREMAP_ MCL_ MLOCK_ MS_ STATX_ FIO FICLONE FIDEDUPE FS_IOC_ TIOC TC
CLOSE_RANGE_ GRND_ MEMBARRIER_ RSEQ_ CAP_ _LINUX_CAPABILITY_ SCHED_ RWF_ KCMP_ XATTR_CREATE XATTR_REPLACE XATTR_SIZE
XATTR_LIST SECURE_ SECBIT_ FALLOC_FL_ FS_XFLAG_ FILE_ATTR_ PRIO_ __NEW_UTS_LEN SI_LOAD_SHIFT NAME_MAX PATH_MAX PIPE_BUF __ARM_NR_
COREDUMP_ KEXEC_ MODULE_INIT_ Q_ QIF_ QFMT_ IIF_ DQF_ SUBCMD USRQUOTA GRPQUOTA PRJQUOTA
""".split()
# Markers and ranges among the __NR_ macros.
NOT_A_SYSCALL = re.compile(
    r"__NR_(\w*Linux\w*|syscalls|\w*SYSCALL_BASE|SYSCALL_MASK|arch_specific_syscall|\w*reserved\w*)$")

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
HERE = pathlib.Path(__file__).resolve().parent
ap.add_argument("--zig", type=pathlib.Path, help="the compiler")
ap.add_argument("--out", type=pathlib.Path, default=HERE, help="where the tables go")
ap.add_argument("--work", type=pathlib.Path, default=HERE / "target/headers", help="for what comes between")
args = ap.parse_args()
WORK = args.work.resolve()
WORK.mkdir(parents=True, exist_ok=True)


def get_zig():
    """The zig executable of the ziglang wheel, downloaded if need be."""
    if not (WORK / "ziglang/zig").exists():
        subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
                        "-d", str(WORK), f"ziglang=={ZIG_VERSION}"], check=True)
        zipfile.ZipFile(next(WORK.glob("ziglang-*.whl"))).extractall(WORK)
        (WORK / "ziglang/zig").chmod(0o755)
    return WORK / "ziglang/zig"


ZIG = (args.zig or get_zig()).resolve()
LIB = ZIG.parent / "lib"
ENV = dict(os.environ, ZIG_GLOBAL_CACHE_DIR=str(WORK / "cache"), ZIG_LOCAL_CACHE_DIR=str(WORK / "cache"))


class Arch:
    def __init__(self, name):
        self.name, (self.target, self.folder) = name, ARCHES[name]
        self.dir = WORK / name
        self.dir.mkdir(exist_ok=True)

    def zig(self, source, output, *flags, check=True):
        inc = LIB / "libc/include"
        cmd = [ZIG, "cc", "-target", self.target, "-w", "-nostdinc", "-ferror-limit=0", "-isystem",
               inc / f"{self.folder}-linux-any", "-isystem", inc / "any-linux-any", "-isystem", LIB / "include",
               *flags, source, *([] if "-E" in flags else ["-o", output])]  # -E -o fails for sparc64
        r = subprocess.run([str(c) for c in cmd], capture_output=True, text=True, cwd=self.dir, env=ENV)
        if "-E" in flags:
            (self.dir / output).write_text(r.stdout)
        if check and r.returncode:
            sys.exit(f"{self.name}: {source} failed:\n{r.stderr[:4000]}")
        return r.stderr

    def compile(self, text, stem, *flags, check=True):
        """Compile C text to LLVM IR; gives (IR, error messages)."""
        source = self.dir / f"{stem}.c"
        source.write_text(text)
        (self.dir / f"{stem}.ll").unlink(missing_ok=True)
        if self.name == "m68k":
            # clang aligns 64-bit integers to 8 there; the m68k ABI never aligns anything to more than 2
            self.zig(source.name, f"{stem}.i", "-E")
            pre = (self.dir / f"{stem}.i").read_text()
            pre = re.sub(r"\bunsigned long long( int)?\b|\blong long unsigned( int)?\b", "m68k_u64", pre)
            pre = re.sub(r"\b((__)?signed(__)? )?long long( int)?\b", "m68k_s64", pre)
            attr = "__attribute__((aligned(2)))"
            (self.dir / f"{stem}.i").write_text(f"typedef unsigned long long m68k_u64 {attr};\n"
                                                f"typedef long long m68k_s64 {attr};\n" + pre)
            source = self.dir / f"{stem}.i"
        errors = self.zig(source.name, f"{stem}.ll", "-S", "-emit-llvm", "-g", *flags, check=check)
        out = self.dir / f"{stem}.ll"
        return (out.read_text() if out.exists() else ""), errors

    def prologue(self):
        return "".join(f"#include <{h}>\n" for h in HEADERS) + KERNEL_ONLY

    def names(self, *headers):
        """Object-like macros and enumerators which the headers define: ({name: text}, [enumerators])."""
        (self.dir / "names.c").write_text("".join(f"#include <{h}>\n" for h in headers))
        self.zig("names.c", "names.i", "-E", "-dD")
        text = (self.dir / "names.i").read_text()
        macros = {}
        for line in text.splitlines():
            if m := re.match(r"#define (\w+) (.+)", line):
                macros[m[1]] = m[2]
            elif m := re.match(r"#undef (\w+)", line):
                macros.pop(m[1], None)
        plain = re.sub(r"^#.*$", "", text, flags=re.M)
        enums = [m for body in re.findall(r"\benum\b\s*\w*\s*\{([^}]*)\}", plain)
                 for m in re.findall(r"(?:^|,)\s*(\w+)\s*(?=[=,]|$)", body.strip())]
        return macros, enums

    def evaluate(self, names, headers_text, stem):
        """{name: value} for those names which are integer constants, and [(name, why not)]."""
        names, bad = sorted(names), []
        start = headers_text.count("\n") + 2

        def text(selected, probe):
            expr = {n: f"(long){n}" if n in POINTERS else n for n in selected}
            lines = [f'_Static_assert(__builtin_classify_type({e}) == 1 && (({e}) || 1), "not an integer");'
                     if probe else f"long long v_{n}[2] = {{(long long)({e}), ({e}) < 0}};" for n, e in expr.items()]
            return headers_text + f'\n#line {start} "probe.c"\n' + "\n".join(lines) + "\n"

        _, errors = self.compile(text(names, True), stem, check=False)
        wrong = {}
        for m in re.finditer(r"^(.*?):(\d+):\d+: (?:fatal )?error: (.*)$", errors, re.M):
            if not m[1].endswith("probe.c"):
                sys.exit(f"{self.name}: headers do not compile: {m[0]}")
            wrong.setdefault(int(m[2]) - start, m[3])
        bad = [(names[i], why) for i, why in sorted(wrong.items())]
        good = [n for i, n in enumerate(names) if i not in wrong]
        ir, _ = self.compile(text(good, False), stem)
        values = {}
        for m in re.finditer(r"^@v_(\w+) = .*?\[2 x i64\] (?:\[i64 (-?\d+), i64 ([01])\]|zeroinitializer)", ir, re.M):
            value = int(m[2] or 0)
            values[m[1]] = value + 2**64 if value < 0 and m[3] == "0" else value
        assert len(values) == len(good), (self.name, set(good) - set(values))
        return values, bad

    def layouts(self):
        """{struct: (size, align, [(field, offset, size)])} and the names which are not defined here."""
        types = {n: n if n in TYPEDEFS else f"struct {n}" for n in TYPEDEFS + STRUCTS}
        prologue = self.prologue()
        _, errors = self.compile(prologue + '\n#line 1 "probe.c"\n' + "".join(
            f"char s_{n}[sizeof({t})];\n" for n, t in types.items()), "probe_structs", check=False)
        missing = {list(types)[int(m) - 1] for m in re.findall(r"^probe\.c:(\d+):\d+: error", errors, re.M)}
        types = {n: t for n, t in types.items() if n not in missing}
        ir, _ = self.compile(prologue + "".join(
            f"{t} d_{n}; long long v_{n}[2] = {{sizeof({t}), _Alignof({t})}};\n" for n, t in types.items()), "structs")
        nodes = {}  # debug metadata: number -> (kind, attributes)
        for m in re.finditer(r"^!(\d+) = (?:distinct )?!(?:(\w+)\((.*)\)|\{(.*)\})$", ir, re.M):
            attributes = dict(re.findall(r'(\w+): ("[^"]*"|[^,"]+)', m[3] or ""))
            nodes[m[1]] = (m[2] or "list", attributes if m[2] else re.findall(r"!(\d+)", m[4]))

        def resolve(ref):
            """The struct or union behind typedefs and qualifiers, if it is one."""
            kind, a = nodes.get(ref.lstrip("!"), (None, {})) if ref else (None, {})
            if kind == "DICompositeType" and a["tag"] in ("DW_TAG_structure_type", "DW_TAG_union_type"):
                return a
            if kind == "DIDerivedType" and a["tag"] in ("DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type"):
                return resolve(a.get("baseType"))

        def fields(composite, prefix="", base=0):
            for ref in nodes[composite.get("elements", "!").lstrip("!")][1]:
                a = nodes[ref][1]
                assert "DIFlagBitField" not in a.get("flags", ""), (self.name, prefix, a)
                offset, name = base + int(a.get("offset", 0)) // 8, a.get("name", "").strip('"')
                if name:
                    yield prefix + name, offset, int(a.get("size", 0)) // 8
                if inner := resolve(a.get("baseType")):
                    if "elements" in inner and nodes[inner["elements"].lstrip("!")][1]:
                        yield from fields(inner, prefix + name + "." if name else prefix, offset)

        out, asserts = {}, []
        for m in re.finditer(r"^@v_(\w+) = .*?\[2 x i64\] \[i64 (\d+), i64 (\d+)\]", ir, re.M):
            name, size, align = m[1], int(m[2]), int(m[3])
            variable = next(a for k, a in nodes.values() if k == "DIGlobalVariable" and a["name"] == f'"d_{name}"')
            rows = list(fields(resolve(variable["type"])))
            out[name] = (size, align, rows)
            asserts.append(f"sizeof({types[name]}) == {size} && _Alignof({types[name]}) == {align}")
            for field, offset, fsize in rows:
                asserts.append(f"__builtin_offsetof({types[name]}, {field}) == {offset}")
                if fsize:
                    asserts.append(f"sizeof((({types[name]} *)0)->{field}) == {fsize}")
        self.compile(prologue + "".join(f'_Static_assert({a}, "");\n' for a in asserts), "check")
        assert len(out) == len(types), (self.name, set(types) - set(out))
        return out, missing

    def run(self):
        numbers = {n for n in self.names("asm/unistd.h")[0] if n.startswith("__NR_")}
        syscalls, _ = self.evaluate(numbers, "#include <asm/unistd.h>\n", "syscalls")
        macros, enums = self.names(*HEADERS)
        errnos = {n for n in self.names("asm/errno.h")[0] if re.match(r"E[A-Z0-9]+$", n)}
        magic = {n for n in self.names("linux/magic.h")[0] if re.search(r"_MAGIC(_V1)?$", n)}
        wanted = {n for n in [*macros, *enums] if n.startswith(tuple(PREFIXES))} | errnos | magic | {"KERNEL_NSIG"}
        constants, bad = self.evaluate(wanted, self.prologue(), "constants")
        return syscalls, constants, bad, self.layouts()


def main():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(ARCHES, pool.map(lambda a: Arch(a).run(), ARCHES)))
    for twin, first in TWINS.items():
        assert results[twin][:2] == results[first][:2], f"{twin} has other numbers or constants than {first}"
    arches = [a for a in ARCHES if a not in TWINS]
    args.out.mkdir(parents=True, exist_ok=True)

    def write(name, header, rows):
        with open(args.out / name, "w", newline="") as f:
            csv.writer(f, lineterminator="\n").writerows([header, *rows])
        print(f"{name}: {len(rows)} rows")

    def columns(figures, arches):
        """One figure alone if it is the same everywhere, else one for each architecture."""
        if len(figures) == len(arches) and len(set(figures.values())) == 1:
            return [next(iter(figures.values()))]
        return ["", *(figures.get(a, "") for a in arches)]

    def hexa(value):
        return f"-{-value:#x}" if value < 0 else f"{value:#x}"

    calls = {}
    for arch in arches:
        for name, number in results[arch][0].items():
            if not NOT_A_SYSCALL.match(name):
                calls.setdefault(name[len("__NR_"):], {})[arch] = number
    write("syscalls.csv", ["name", *arches], [[n, *(calls[n].get(a, "") for a in arches)] for n in sorted(calls)])

    constants, bad = {}, {}
    for arch in arches:
        _, values, wrong, _ = results[arch]
        for name, value in [*values.items(), *KERNEL_ONLY_CONSTANTS.items()]:
            constants.setdefault(name, {})[arch] = hexa(value)
        for name, why in wrong:
            bad.setdefault((name, why), []).append(arch)
    write("constants.csv", ["name", "all", *arches], [[n, *columns(constants[n], arches)] for n in sorted(constants)])

    figures = {}
    for arch in ARCHES:
        for struct, (size, align, fields) in results[arch][3][0].items():
            if (arch, struct) in NOT_TRUE:
                continue
            figures.setdefault((struct, "", "size"), {})[arch] = size
            figures.setdefault((struct, "", "align"), {})[arch] = align
            for field, offset, field_size in fields:
                figures.setdefault((struct, field, "offset"), {})[arch] = offset
                figures.setdefault((struct, field, "size"), {})[arch] = field_size
    # The sort is stable: the fields of a struct stay in the kernel's order.
    rows = [[*key, *columns(figures[key], ARCHES)] for key in sorted(figures, key=lambda key: key[0])]
    write("layouts.csv", ["struct", "field", "figure", "all", *ARCHES], rows)

    def where(arches, every):
        return "everywhere" if len(arches) == len(every) else " ".join(arches)

    for struct in sorted(TYPEDEFS + STRUCTS):
        if absent := [a for a in ARCHES if struct in results[a][3][1]]:
            print(f"no struct {struct}: {where(absent, ARCHES)}")
    for (name, why), absent in sorted(bad.items()):
        print(f"left out {name}: {where(absent, arches)}: {why}")


main()
