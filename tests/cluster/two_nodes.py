"""Two nodes on one machine: network namespaces with an address and a host name of their own, a bridge between them.

Needs root, iproute2 and util-linux. Everything is taken down again at the end of the `with`.
"""

import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

NODES = (1, 2)
# By itself the launcher waits 8 minutes for the daemon of a node that has gone: 300 s, and 9 probes 20 s apart.
NOTICE_LOST_NODES = "--mca oob_tcp_keepalive_time 3 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3"


def why_not():
    """The reason why this machine cannot do it; None where it can."""
    for program in ("ip", "tc", "unshare", "hostname"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "network namespaces need root"
    probe = subprocess.run(["unshare", "--net", "--uts", "true"], capture_output=True, text=True)
    return probe.stderr.strip() or None if probe.returncode else None


def run(*command):
    subprocess.run(command, check=True, capture_output=True, text=True)


class TwoNodes:
    """with TwoNodes() as nodes: subprocess.run([*nodes.mpirun(ranks_per_node=1), "program"])"""

    def __init__(self):
        # Interface names have at most 15 characters, and two tests may run at once.
        self.tag = f"sm{os.getpid()}"
        self.network = f"10.77.{os.getpid() % 250}"
        self.bridge = f"{self.tag}b"
        self.folder = None

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        # Ended by SIGTERM, as ctest does at a time limit, this is taken down as well.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            self._make_network()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _make_network(self):
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "link", "set", self.bridge, "up")
        for node in NODES:
            run("ip", "netns", "add", self._space(node))
            run("ip", "link", "add", self._outside(node), "type", "veth", "peer", "name", "eth0", "netns", self._space(node))
            run("ip", "link", "set", self._outside(node), "master", self.bridge, "up")
            self._inside(node, "ip", "link", "set", "lo", "up")
            self._inside(node, "ip", "link", "set", "eth0", "up")
            self._inside(node, "ip", "addr", "add", f"{self.address(node)}/24", "dev", "eth0")

    def processes(self, node):
        """The names of what runs there, by process."""
        pids = subprocess.run(["ip", "netns", "pids", self._space(node)], capture_output=True, text=True).stdout
        names = {}
        for pid in pids.split():
            try:
                names[int(pid)] = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                pass  # it has ended
        return names

    def __exit__(self, *_):
        for node in NODES:
            for pid in self.processes(node):
                subprocess.run(["kill", "-9", str(pid)], capture_output=True)
            subprocess.run(["ip", "netns", "del", self._space(node)], capture_output=True)
            subprocess.run(["ip", "link", "del", self._outside(node)], capture_output=True)
        subprocess.run(["ip", "link", "del", self.bridge], capture_output=True)
        self.folder.cleanup()

    def _space(self, node):
        return f"{self.tag}n{node}"

    def _outside(self, node):
        return f"{self.tag}e{node}"

    def _inside(self, node, *command):
        run("ip", "netns", "exec", self._space(node), *command)

    def address(self, node):
        return f"{self.network}.{node}"

    def network_file(self, node):
        """What setns() takes to enter the node's network."""
        return f"/run/netns/{self._space(node)}"

    def limit(self, megabits_per_second):
        """Both directions of the link."""
        for node in NODES:
            self._inside(node, "tc", "qdisc", "replace", "dev", "eth0", "root", "tbf",
                         "rate", f"{megabits_per_second}mbit", "burst", "256kb", "latency", "50ms")

    def cut(self, node):
        """Takes the node off the network."""
        run("ip", "link", "set", self._outside(node), "down")

    def mpirun(self, ranks_per_node):
        """The words in front of a program that start it on both nodes; the launcher itself runs on the first."""
        # Open MPI calls it as: agent ADDRESS COMMAND WORD ...
        agent = self._script("agent", "address=$1; shift\nnode=${address##*.}\n"
                             f"exec ip netns exec {self.tag}n$node unshare --uts bash -c \"hostname node$node; $*\"\n")
        network = f"{self.network}.0/24"
        hosts = ",".join(f"{self.address(node)}:{ranks_per_node}" for node in NODES)
        launch = self._script(
            "launch", "hostname node1\n"
            f"exec mpirun --mca plm rsh --mca plm_rsh_agent {agent} {NOTICE_LOST_NODES} --mca btl_tcp_if_include {network} "
            f"--mca oob_tcp_if_include {network} -host {hosts} -n {ranks_per_node * len(NODES)} -x OMP_NUM_THREADS \"$@\"\n")
        return ["ip", "netns", "exec", self._space(1), "unshare", "--uts", str(launch)]

    def _script(self, name, text):
        path = pathlib.Path(self.folder.name) / name
        path.write_text("#!/bin/bash\n" + text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path
