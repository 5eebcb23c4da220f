#!/usr/bin/env python3
"""Measures Scalemark and PyTorch DDP in turns on the same work, and prints a Markdown table of their step times.

Each round starts both programs once, in alternating order, on the same cores, with the same threads. A step's time is
the maximum over ranks, a round's figure the median over its steps. The ratio's 95 % interval is Student's t over the
log ratios of the rounds, so that what drifts from round to round falls out.

    side_by_side.py --scalemark build/bin/scalemark --rounds 7
"""

import argparse
import json
import math
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy
import scipy.stats

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
CONFIG = ROOT / "configs" / "bench-resnet18-cpu.yaml"
BATCH_PER_RANK = 32  # of CONFIG
RANKS = 2


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scalemark", type=Path, default=ROOT / "build" / "bin" / "scalemark")
    parser.add_argument("--mpirun", default="mpirun", help="the launcher, with its options")
    parser.add_argument("--precisions", nargs="+", choices=["fp32", "bf16"], default=["fp32", "bf16"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="per rank")
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error("--rounds: an interval needs at least 2")
    return options


def rank_cores(threads: int) -> list[list[int]]:
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < RANKS * threads:
        sys.exit(f"{RANKS} ranks x {threads} threads do not fit on {len(cores)} cores: give fewer --threads")
    return [cores[rank * threads : (rank + 1) * threads] for rank in range(RANKS)]


def environment(threads: int) -> dict[str, str]:
    variables = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    if os.geteuid() == 0:
        variables.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return variables


def run(command: list[str], threads: int) -> str:
    done = subprocess.run(command, env=environment(threads), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode} from: {shlex.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def scalemark_command(options: argparse.Namespace, precision: str, output: Path) -> list[str]:
    """Starts one rank per group of cores; taskset binds them just as ddp_step.py binds its ranks."""
    program = [str(options.scalemark), "run", str(CONFIG), "--quiet", "--output", str(output)]
    for setting in [
        f"train.precision={precision}",
        f"measure.warmup_steps={options.warmup}",
        f"measure.steps={options.steps}",
    ]:
        program += ["--set", setting]
    command = [*shlex.split(options.mpirun), "--bind-to", "none"]
    for rank, cores in enumerate(rank_cores(options.threads)):
        command += [":"] if rank else []
        command += ["-n", "1", "taskset", "-c", ",".join(map(str, cores)), *program]
    return command


def scalemark_seconds(options: argparse.Namespace, precision: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "round.h5"
        run(scalemark_command(options, precision, output), options.threads)
        with h5py.File(output) as file:
            (case,) = file["cases"].values()
            samples = case["full/step_seconds"][:]  # [repetition, step, rank]
    if samples.shape != (1, options.steps, RANKS):
        sys.exit(f"expected 1 repetition x {options.steps} steps x {RANKS} ranks, the result file has {samples.shape}")
    return float(numpy.median(samples.max(axis=2)))


def pytorch_seconds(options: argparse.Namespace, precision: str) -> float:
    command = [sys.executable, str(FOLDER / "ddp_step.py"), "--channels-last", "--precision", precision]
    for name, value in [
        ("ranks", RANKS),
        ("threads", options.threads),
        ("batch-size", BATCH_PER_RANK),
        ("warmup", options.warmup),
        ("steps", options.steps),
    ]:
        command += [f"--{name}", str(value)]
    return json.loads(run(command, options.threads))["median_seconds"]


def measure_rounds(options: argparse.Namespace, precision: str) -> numpy.ndarray:
    """Median step seconds [round, program], program 0 being Scalemark."""
    programs = [scalemark_seconds, pytorch_seconds]
    seconds = numpy.empty((options.rounds, 2))
    for i in range(options.rounds):
        for program in [0, 1] if i % 2 == 0 else [1, 0]:
            seconds[i, program] = programs[program](options, precision)
        print(f"{precision} round {i + 1}: {seconds[i, 0]:.4f} s, {seconds[i, 1]:.4f} s", file=sys.stderr)
    return seconds


def ratio_with_interval(seconds: numpy.ndarray) -> tuple[float, float, float]:
    """Geometric mean of the rounds' ratios, and its 95 % interval."""
    logs = numpy.log(seconds[:, 0] / seconds[:, 1])
    half = scipy.stats.t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs))
    return tuple(math.exp(logs.mean() + offset) for offset in (0, -half, half))


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main() -> None:
    options = parse_arguments()
    if not options.scalemark.is_file():
        sys.exit(f"no program at {options.scalemark}: build it, or give --scalemark")
    rows = []
    for precision in options.precisions:
        seconds = measure_rounds(options, precision)
        ratio, low, high = ratio_with_interval(seconds)
        ours, theirs = numpy.median(seconds, axis=0)
        rows.append(f"| {precision} | {ours:.4f} | {theirs:.4f} | {ratio:.3f} | {low:.3f} to {high:.3f} |")
    work = f"ResNet-18, 32x32, batch {BATCH_PER_RANK} per rank, {RANKS} ranks, {options.threads} thread(s) each"
    print(f"{work}, channels_last on both sides;")
    print(f"{options.rounds} rounds of {options.steps} steps in turns, on {processor()}. Median step in seconds.\n")
    print("| precision | Scalemark | PyTorch DDP (gloo) | Scalemark / PyTorch | 95 % interval |")
    print("|---|---|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
