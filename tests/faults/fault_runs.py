"""Starts a job with a fault in it (SCALEMARK_FAULT), and sees how each rank ends and how long that takes."""

import os
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).parents[1] / "app"))

from scalemark_runs import BIN, MPIRUN, RunTest


def campaign(in_ci):
    """How many moments a test tries: SCALEMARK_CAMPAIGN, or few enough for every CI run."""
    return int(os.environ.get("SCALEMARK_CAMPAIGN", in_ci))


def moments(seed):
    """Random moments; SCALEMARK_CAMPAIGN_SEED makes the next slice of a campaign meet others."""
    return random.Random(seed + 1000 * int(os.environ.get("SCALEMARK_CAMPAIGN_SEED", 0)))


SWEEP = """
    name: faulty
    device: cpu
    model: revnet-3-3-3
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 3, repetitions: 2}
    limits: {case_timeout: 5s}
    sweep: {gpus: [3], batch_size: [2]}
"""

# In front of each rank: limits it, hands the launcher's signals on, and writes down how it ended.
RANK_SCRIPT = """
import os, signal, subprocess, sys
child = None
def hand_on(number, _):
    if child is not None:
        child.send_signal(number)
for number in (signal.SIGTERM, signal.SIGUSR1):
    signal.signal(number, hand_on)
limit = os.environ["SCALEMARK_RANK_LIMIT"]
child = subprocess.Popen(["bash", "-c", limit + '\\nexec "$@"', "rank", *sys.argv[1:]])
code = child.wait()
with open(os.path.join(os.environ["SCALEMARK_CODES"], os.environ["OMPI_COMM_WORLD_RANK"]), "w") as file:
    file.write(str(code if code >= 0 else 128 - code))
sys.exit(code if code >= 0 else 128 - code)
"""


class Ended:
    """How a job ended."""

    def __init__(self, code, codes, log, seconds):
        self.code = code        # the launcher's
        self.codes = codes      # by rank
        self.log = log          # what it said
        self.seconds = seconds  # from the fault to the end


class Listener(threading.Thread):
    """Reads what a job says, and when its fault happened."""

    def __init__(self, process):
        # The launcher's daemon on a node that was cut off may hold the pipe open beyond the job's end.
        super().__init__(daemon=True)
        self.process = process
        self.lines, self.happened = [], []

    def run(self):
        with self.process.stderr:
            for line in self.process.stderr:
                self.lines.append(line)
                if "fault on purpose, now" in line:
                    self.happened.append(time.monotonic())

    def log(self):
        return "".join(self.lines)


class FaultTest(RunTest):
    SWEEP = SWEEP

    def setUp(self):
        super().setUp()
        self.config = self.write_config(self.SWEEP)

    def run_with(self, fault, *arguments, ranks=3, launcher=None, timeout=120, during=None, limit=":"):
        """Runs to the end; `during(process)` is called in the meantime."""
        codes = self.folder / f"codes-{time.monotonic_ns()}"
        codes.mkdir()
        script = codes / "rank.py"
        script.write_text(RANK_SCRIPT)
        command = launcher or [MPIRUN, "-n", str(ranks)]
        process = subprocess.Popen(
            [*command, sys.executable, str(script), str(BIN / "scalemark"), "run", str(self.config), "--output", str(self.output), *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "SCALEMARK_FAULT": fault, "SCALEMARK_CODES": str(codes),
                 "SCALEMARK_RANK_LIMIT": limit})
        listener = Listener(process)
        listener.start()
        try:
            if during is not None:
                during(process)
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail(f"{fault}: the job hangs:\n{listener.log()}")
        finally:
            end = time.monotonic()
            if process.poll() is None:
                process.kill()  # a test failed while it waited
            listener.join(5)
        found = {int(path.name): int(path.read_text()) for path in codes.iterdir() if path.name.isdigit()}
        return Ended(code, found, listener.log(), end - listener.happened[0] if listener.happened else None)
