"""Starts Scalemark as a user does, for the tests of the whole program."""

import csv
import os
import pathlib
import signal
import subprocess
import tempfile
import textwrap
import time
import unittest

import h5py

BIN = pathlib.Path(os.environ["SCALEMARK_BIN"])
MPIRUN = os.environ.get("SCALEMARK_MPIRUN", "mpirun")

TINY = """
    name: tiny
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 2, repetitions: 2}
    sweep: {gpus: [1, 2], batch_size: [2, 4]}
"""
TINY_CASES = {"gpus=1,batch_size=2", "gpus=2,batch_size=2", "gpus=1,batch_size=4", "gpus=2,batch_size=4"}
TINY_REPETITIONS = 2


def statuses(path):
    """Name of the status, and reason, of each case in a result file, by the case's name."""
    with h5py.File(path) as file:
        rows = file["tables/cases"][:]
    names = {value: name for name, value in h5py.check_enum_dtype(rows.dtype["status"]).items()}
    return {row["case"].decode(): (names[row["status"]], row["reason"].decode()) for row in rows}


def descendants(pid):
    """Every living process below `pid`."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found = list(children.get(pid, []))
    for child in found:
        found.extend(children.get(child, []))
    return found


def ranks_of(process):
    """The ranks' processes below a launcher."""
    def name(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return None  # it has ended

    return [pid for pid in descendants(process.pid) if name(pid) == "scalemark-run"]


class Job:
    """An mpirun of `scalemark run` in the background. `launcher`: the words in front, in place of mpirun's."""

    def __init__(self, arguments, ranks=2, environment=None, launcher=None):
        if launcher is None:
            launcher = [MPIRUN, "-n", str(ranks)] if ranks else []
        self.process = subprocess.Popen(
            launcher + [str(BIN / "scalemark"), "run", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})

    def wait(self, timeout=900):
        stdout, stderr = self.process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(self.process.args, self.process.returncode, stdout, stderr)

    def kill(self):
        """kill -9 of the launcher and of every rank."""
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.communicate()


class RunTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.output = self.folder / "out.h5"
        self.config = self.write_config(TINY)

    def write_config(self, text, name="config.yaml"):
        path = self.folder / name
        path.write_text(textwrap.dedent(text))
        return path

    def start(self, *arguments, **options):
        job = Job([self.config, "--output", self.output, *arguments], **options)
        self.addCleanup(lambda: job.process.poll() is None and job.kill())
        return job

    def run_sweep(self, *arguments, **options):
        return self.start(*arguments, **options).wait()

    def assert_complete(self):
        """Every case of TINY stands in the output once, with every repetition."""
        with h5py.File(self.output) as file:
            cases = sorted(row["case"].decode() for row in file["tables/cases"][:])
            self.assertEqual(cases, sorted(TINY_CASES))
            for case in cases:
                self.assertEqual(file[f"cases/{case}/full/step_seconds"].shape[0], TINY_REPETITIONS, case)

    def report_tables(self):
        """The report's CSV tables, by name: a list of rows."""
        folder = self.folder / "report"
        subprocess.run([BIN / "scalemark", "report", self.output, "--output", folder, "--format", "csv"], check=True,
                       capture_output=True)
        return {path.stem: list(csv.DictReader(path.read_text().splitlines())) for path in folder.glob("*.csv")}

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail("the job did not get that far")
            time.sleep(0.02)
