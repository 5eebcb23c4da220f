"""A real Slurm of two nodes on this machine, each with four GPUs that are none (device files), in namespaces of its own.

Everything that it starts lives in a PID namespace whose end is the end of it all, in a network namespace in which Slurm's
usual ports are free, and in a temporary folder. Needs root, util-linux, iproute2, and Debian's slurm-wlm and munge.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

GPUS, CORES = 4, 16  # that each node is said to have
INSIDE = "SCALEMARK_SLURM_FOLDER"  # set, to the temporary folder, in the namespaces
# How long Slurm holds a requeued job back: the life of a credential, of 120 s unless told.
REQUEUE_SECONDS = 6
# Without an address beside the loopback's getaddrinfo (AI_ADDRCONFIG) finds nothing for Slurm, and MPI no way between the nodes.
ADDRESS = "10.88.0.1/24"
NAMESPACES = ["--fork", "--kill-child", "--pid", "--mount-proc", "--net", "--ipc"]

SLURM_CONF = """
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire={requeue_seconds}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
TmpFS={folder}/tmp
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
GresTypes=gpu
KillWait=5
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=100000,batch_sched_delay=0
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
NODE_CONF = "NodeName={name} NodeAddr=127.0.0.1 Port={port} CPUs={cores} Gres=gpu:v100:{gpus}\n"
NODES = {"node1": 17001, "node2": 17002}  # names and ports
# A node's host name, and a folder for PMIx's files, which are named by the job alone.
NODE_START = 'hostname "$1" && mount --bind "$2" "$3" && exec slurmd -D -N "$1"'


def why_not():
    """The reason why this machine cannot do it; None where it can."""
    for program in ("unshare", "ip", "munged", "slurmctld", "slurmd", "sbatch", "srun"):
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            return f"{program} is not installed (scripts/bootstrap --tests)"
    if os.geteuid() != 0:
        return "namespaces and munged's key need root"
    probe = subprocess.run(["unshare", *NAMESPACES, "true"], capture_output=True, text=True)
    return probe.stderr.strip() or "unshare failed" if probe.returncode else None


def run_inside(script):
    """Runs the script again, in the namespaces, and returns its exit code; leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="scalemark-slurm-") as folder:
        return subprocess.run(["unshare", *NAMESPACES, sys.executable, script, *sys.argv[1:]],
                              env={**os.environ, INSIDE: folder, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}).returncode


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds} s still not: {what}")
        time.sleep(0.1)


class Slurm:
    """with Slurm() as slurm: slurm.call("sbatch", ...)"""

    def __enter__(self):
        self.folder = pathlib.Path(os.environ[INSIDE])
        # munged wants a folder that others cannot write to, and jobs one that they can enter.
        self.folder.chmod(0o755)
        for command in (["link", "set", "lo", "up"], ["link", "add", "eth0", "type", "veth", "peer", "name", "peer0"],
                        ["addr", "add", ADDRESS, "dev", "eth0"], ["link", "set", "eth0", "up"], ["link", "set", "peer0", "up"]):
            subprocess.run(["ip", *command], check=True)
        for name in ("state", "tmp", *(f"tmp-{node}" for node in NODES)):
            (self.folder / name).mkdir()
        nodes = "".join(NODE_CONF.format(name=node, port=port, gpus=GPUS, cores=CORES) for node, port in NODES.items())
        (self.folder / "slurm.conf").write_text(SLURM_CONF.format(folder=self.folder, requeue_seconds=REQUEUE_SECONDS) + nodes)
        self._make_gpus()
        os.environ["SLURM_CONF"] = str(self.folder / "slurm.conf")
        self.servers = []
        self._start_munge()
        self._start("slurmctld", "-D")
        for node in NODES:
            self._start("unshare", "--uts", "--mount", "sh", "-c", NODE_START, "sh", node, self.folder / f"tmp-{node}", self.folder / "tmp")
        wait_until(lambda: self.call("sinfo", "-h", "-N", "-o", "%T", check=False).stdout.split() == ["idle"] * len(NODES), 60,
                   "the nodes of Slurm are idle")
        return self

    def __exit__(self, *_):
        for server in reversed(self.servers):
            server.kill()
            server.wait()

    def _make_gpus(self):
        lines = []
        for index in range(GPUS):
            device = self.folder / f"gpu{index}"
            os.mknod(device, 0o666 | 0o020000, os.makedev(1, 3))  # a character device: /dev/null's
            lines.append(f"Name=gpu Type=v100 File={device}")
        (self.folder / "gres.conf").write_text("\n".join(lines) + "\n")

    def _start(self, *command):
        log = open(self.folder / f"{command[0]}.out", "w")
        self.servers.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))
        log.close()

    def _start_munge(self):
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))
        self._start("munged", "--foreground", "--force", "--num-threads=2", f"--key-file={key}",
                    *(f"--{name}={self.folder}/munge.{name.split('-')[0]}" for name in ("socket", "pid-file", "log-file", "seed-file")))
        wait_until((self.folder / "munge.socket").exists, 20, "munge listens")

    def call(self, *command, check=True, **options):
        run = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, **options)
        if check and run.returncode:
            raise AssertionError(f"{command}: exit code {run.returncode}\n{run.stdout}{run.stderr}")
        return run

    def job(self, number):
        """What scontrol says of a job, by field."""
        return dict(re.findall(r"(\w+)=(\S*)", self.call("scontrol", "show", "job", number, "-o").stdout))

    def wait_for(self, number, states, seconds=120):
        wait_until(lambda: self.job(number)["JobState"] in states, seconds, f"job {number} is {states}")
        return self.job(number)
