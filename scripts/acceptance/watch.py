"""What running jobs do to the machine: GPUs by nvidia-smi, processes by /proc."""

import os
import pathlib
import time

from acceptance.jobs import Job
from acceptance.site import nvidia_smi
from acceptance.trial import Failed, last_error

MEBIBYTE = 1 << 20


def wait_until(job: Job, seconds: float, condition, what: str) -> None:
    """@raises Failed  where the job ends first, or time does"""
    end = time.monotonic() + seconds
    while not condition():
        if job.process.poll() is not None:
            raise Failed(f"the job ended before {what}, with code {job.process.returncode}: {last_error(job.text())}")
        if time.monotonic() > end:
            raise Failed(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.02)


class Commits:
    """Counts how often a result file was written anew: once before each visit, and once behind it."""

    def __init__(self, file: pathlib.Path):
        self.file, self.seen = file, set()

    def at_least(self, count: int) -> bool:
        try:
            found = self.file.stat()
            self.seen.add((found.st_ino, found.st_mtime_ns))
        except FileNotFoundError:
            pass
        return len(self.seen) >= count


def gpu_busy_percent() -> list[int]:
    return [int(row[0]) for row in nvidia_smi("--query-gpu=utilization.gpu")]


def gpu_used_bytes() -> list[int]:
    return [int(row[0]) * MEBIBYTE for row in nvidia_smi("--query-gpu=memory.used")]


def processes_by_gpu() -> dict[str, set[str]]:
    """Which processes have a context on each GPU, by UUID."""
    found: dict[str, set[str]] = {}
    for uuid, pid in nvidia_smi("--query-compute-apps=gpu_uuid,pid"):
        found.setdefault(uuid, set()).add(pid)
    return found


def resident_bytes(pid: int) -> int:
    """0 where it has ended."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def processor_seconds(pid: int) -> float:
    """0 where it has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sample(job: Job, seconds: float, look, every: float = 0.25) -> list:
    """What `look` finds until the job ends. @raises Failed  where it does not end in time"""
    end, found = time.monotonic() + seconds, []
    while job.process.poll() is None:
        if time.monotonic() > end:
            raise Failed(f"the job did not end within {seconds:.0f} s")
        found.append(look())
        time.sleep(every)
    return found
