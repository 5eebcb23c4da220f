"""Processes of another user who wants to stop a job: they call whatever its ranks listen at, without end, and put symbolic links
where it is about to write."""

import ctypes
import json
import mmap
import os
import pathlib
import pwd
import resource
import signal
import socket
import struct
import time
import warnings

MOST_CONNECTIONS = 2000  # kept by who says nothing
CALLS_AT_ONCE = 20
NEWLINES = b"\n" * 65536
HELLO = '{"kind":"hello","token":%s,"rank":1,"host":"x"}\n'
FORGED = [
    (HELLO % "0").encode(), (HELLO % '""').encode(), (HELLO % ('"' + "0" * 32 + '"')).encode(), b'{"kind":"abort","exit_code":0}\n',
    b'{"kind":"bye"}\n', b"[" * 1000 + b"\n", b"\xff\xfe\n", b"{" * 100_000]
CLONE_NEWNET = 0x40000000


def listeners(process):
    """What a process listens at: (family, port), or (family, name) of a socket in the abstract name space."""
    inodes = set()
    for link in pathlib.Path(f"/proc/{process}/fd").glob("*"):
        try:
            inodes.add(os.readlink(link).removeprefix("socket:[").removesuffix("]"))
        except OSError:
            pass  # closed in the meantime
    found = []
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for words in rows(process, table):
            if words[3] == "0A" and words[9] in inodes:
                found.append((int(family), int(words[1].rpartition(":")[2], 16)))
    for words in rows(process, "unix"):
        if len(words) == 8 and words[3] == "00010000" and words[6] in inodes:
            found.append((int(socket.AF_UNIX), words[7]))
    return found


def rows(process, table):
    try:
        return [line.split() for line in pathlib.Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]]
    except OSError:
        return []  # it has ended


def call(family, where, host):
    """A connection to a listener on `host`, an IPv4 address."""
    if family == socket.AF_UNIX:
        address = where.replace("@", "\0", 1)
    else:
        family, address = socket.AF_INET, (host, where)  # a listener of IPv6 hears both
    caller = socket.socket(family)
    caller.setblocking(False)
    try:
        caller.connect(address)
    except BlockingIOError:
        pass
    return caller


class Strangers:
    """They attack from the moment when they are made until leave(). Where to, tell() says: anyone can list who listens."""

    def __init__(self, folder, host="127.0.0.1", network=None):
        self.host = host
        self.network = network  # a file that stands for a network namespace, from which they call
        self.targets = folder / "targets"
        self.tell([])
        self.held = []
        self.begin = time.monotonic()
        self.tally = mmap.mmap(-1, mmap.PAGESIZE)  # shared: how often each of them called, and how often it got through
        self.processes = []
        self._start(self._call_and_stay)
        for text in (NEWLINES, *FORGED):
            self._start(lambda text=text: self._call_and_send(text))

    def plant_links(self, output):
        self._start(lambda: self._plant_links(output))

    def tell(self, targets):
        new = self.targets.with_suffix(".new")
        new.write_text(json.dumps(targets))
        new.rename(self.targets)

    def seconds(self):
        """How long they have been at it."""
        return time.monotonic() - self.begin

    def calls(self):
        """How often they called, and how many connections that made."""
        counts = list(struct.iter_unpack("qq", self.tally))
        return sum(called for called, _ in counts), sum(connected for _, connected in counts)

    def leave(self):
        for process in self.processes:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        self.processes = []

    def _start(self, work):
        parent = os.getpid()
        process = os.fork()
        if process:
            self.processes.append(process)
            return
        try:
            warnings.simplefilter("ignore", ResourceWarning)  # of connections that nobody closes
            self._become_nobody()
            while os.getppid() == parent:
                try:
                    work()
                except OSError:
                    pass
                time.sleep(0.002)
        finally:
            os._exit(0)

    def _become_nobody(self):
        if self.network is not None:
            with open(self.network) as file:
                if ctypes.CDLL(None).setns(file.fileno(), CLONE_NEWNET) != 0:
                    raise OSError("setns")
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setresgid(nobody.pw_gid, nobody.pw_gid, nobody.pw_gid)
        os.setresuid(nobody.pw_uid, nobody.pw_uid, nobody.pw_uid)

    def _calls(self):
        """New connections; whoever refuses one ends the list."""
        callers = []
        for family, where in json.loads(self.targets.read_text()):
            self._count(0)
            callers.append(call(family, where, self.host))
            self._count(1)
        return callers

    def _count(self, what):
        place = 16 * len(self.processes) + 8 * what  # this one was started when there were so many
        struct.pack_into("q", self.tally, place, 1 + struct.unpack_from("q", self.tally, place)[0])

    def _call_and_stay(self):
        for _ in range(CALLS_AT_ONCE):
            self.held += self._calls()
        del self.held[:-MOST_CONNECTIONS]

    def _call_and_send(self, text):
        for caller in self._calls():
            self.held.append(caller)
            caller.send(text)
        del self.held[:-50]

    def _plant_links(self, output):
        """To a file of the victim's, at the names that the job's process numbers foretell."""
        names = [f"{output.name}.partial", f"{output.name}.lock"]
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit() and (entry / "comm").read_text().strip() == "scalemark-run":
                names.append(f"{output.name}.partial-{socket.gethostname()}-{entry.name}")
        for link in (output.parent / name for name in names):
            if not link.is_symlink():
                link.symlink_to(output.parent / "victim")
