"""Starts programs under a deadline, and leaves none of their processes behind."""

import os
import pathlib
import shlex
import signal
import subprocess
import time

# Every process of a job has it in its environment, however its launcher started it.
TAG = "SCALEMARK_ACCEPTANCE"
RANK_VARIABLES = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID")
# An mpirun that gets SIGTERM ends its ranks, with SIGKILL after 2 s.
SECONDS_TO_END = 5


class OverItsCap(Exception):
    """A program was still running when its check had used up its time."""


def environment_of(pid: int) -> dict[str, str]:
    """Of a process of this user; empty where it has ended."""
    try:
        text = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.split("\0") if "=" in line)


def is_alive(pid: int) -> bool:
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def tagged(tag: str) -> dict[int, dict[str, str]]:
    """The environments of this machine's living processes of a job, by process."""
    pids = [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]
    found = {pid: environment_of(pid) for pid in pids}
    return {pid: variables for pid, variables in found.items() if variables.get(TAG) == tag and is_alive(pid)}


def signal_all(pids, number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass  # it has ended


class Job:
    """A program in the background, with what it says in a file."""

    count = 0

    def __init__(self, words: list[str], log: pathlib.Path, environment: dict[str, str]):
        Job.count += 1
        self.tag = f"{os.getpid()}-{Job.count}"
        self.log = log
        with open(log, "a") as file:
            print(f"$ {shlex.join(words)}", file=file, flush=True)
            self.start = file.tell()
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                            start_new_session=True, env={**os.environ, **environment, TAG: self.tag})

    def text(self) -> str:
        """What it said so far."""
        with open(self.log, errors="replace") as file:
            file.seek(self.start)
            return file.read()

    def ranks(self) -> dict[int, int]:
        """This machine's processes of scalemark-run, by rank."""
        found = {}
        for pid, variables in tagged(self.tag).items():
            rank = next((variables[name] for name in RANK_VARIABLES if name in variables), "0")
            if self.is_program(pid):
                found[int(rank)] = pid
        return found

    @staticmethod
    def is_program(pid: int) -> bool:
        try:
            return pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "scalemark-run"
        except OSError:
            return False

    def wait(self, seconds: float) -> int:
        """The exit code. @raises OverItsCap  after ending it"""
        try:
            return self.process.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            self.stop()
            raise OverItsCap(f"still running after {seconds:.0f} s") from None

    def stop(self) -> None:
        """Ends it and everything that it started."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                signal_all([self.process.pid], signal.SIGKILL)
                self.process.wait()
        # One that was just starting may start another.
        end = time.monotonic() + SECONDS_TO_END
        while (left := tagged(self.tag)) and time.monotonic() < end:
            signal_all(left, signal.SIGKILL)
            time.sleep(0.05)

    def left_behind(self, seconds: float) -> int:
        """How many of its processes still live so long after its end."""
        end = time.monotonic() + seconds
        while (left := tagged(self.tag)) and time.monotonic() < end:
            time.sleep(0.1)
        return len(left)
