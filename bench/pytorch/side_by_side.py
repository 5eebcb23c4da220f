#!/usr/bin/env python3
"""Measures Scalemark and PyTorch in turns on the same work, and prints Markdown tables of step times and of what
data-parallel training adds to them.

Each round starts every program once, in rotating order, on the same cores, with the same threads: Scalemark, and PyTorch's
DistributedDataParallel over gloo as it is (`eager`) or under torch.compile (`default`, `max-autotune`; on a CPU
`reduce-overhead`, which stands for CUDA graphs, is `default`). A step's time is the maximum over ranks, a round's
figure the median over its steps. The 95 % interval of a ratio is Student's t over the log ratios of the rounds, so that
what drifts from round to round falls out. Nobody measures the first start of a compiled peer: its kernels come out of a
cache from then on.

    side_by_side.py --scalemark build/bin/scalemark --rounds 7 --peers eager default
"""

import argparse
import dataclasses
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
ARMS = ["full", "no_sync"]
PEERS = {
    "eager": "PyTorch DDP (gloo)",
    "default": "torch.compile",
    "reduce-overhead": "torch.compile, reduce-overhead",
    "max-autotune": "torch.compile, max-autotune",
}

Medians = dict[str, float]  # seconds of the median step by arm


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scalemark", type=Path, default=ROOT / "build" / "bin" / "scalemark")
    parser.add_argument("--mpirun", default="mpirun", help="the launcher, with its options")
    parser.add_argument("--precisions", nargs="+", choices=["fp32", "bf16"], default=["fp32", "bf16"])
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["eager", "default"])
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of Scalemark's config")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1, help="per rank")
    parser.add_argument("--warmup", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--no-sync", action="store_true", help="measure steps without reduction too")
    options = parser.parse_args()
    if options.rounds < 2:
        parser.error("--rounds: an interval needs at least 2")
    options.arms = ARMS if options.no_sync else ARMS[:1]
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


@dataclasses.dataclass(frozen=True)
class Scalemark:
    """One process per group of cores; taskset binds them just as ddp_step.py binds its ranks."""

    options: argparse.Namespace

    def command(self, precision: str, output: Path) -> list[str]:
        options = self.options
        program = [str(options.scalemark), "run", str(CONFIG), "--quiet", "--output", str(output)]
        for setting in [
            f"train.precision={precision}",
            f"measure.warmup_steps={options.warmup}",
            f"measure.steps={options.steps}",
            f"measure.arms=[{','.join(options.arms)}]",
            *options.set,
        ]:
            program += ["--set", setting]
        command = [*shlex.split(options.mpirun), "--bind-to", "none"]
        for rank, cores in enumerate(rank_cores(options.threads)):
            command += [":"] if rank else []
            command += ["-n", "1", "taskset", "-c", ",".join(map(str, cores)), *program]
        return command

    def medians(self, precision: str) -> Medians:
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "round.h5"
            run(self.command(precision, output), self.options.threads)
            with h5py.File(output) as file:
                (case,) = file["cases"].values()
                return {arm: self.median(case[arm]["step_seconds"][:]) for arm in self.options.arms}

    def median(self, samples: numpy.ndarray) -> float:
        """Of [repetition, step, rank]."""
        expected = (1, self.options.steps, RANKS)
        if samples.shape != expected:
            sys.exit(f"expected repetitions x steps x ranks = {expected}, the result file has {samples.shape}")
        return float(numpy.median(samples.max(axis=2)))


@dataclasses.dataclass(frozen=True)
class PyTorch:
    options: argparse.Namespace
    mode: str

    def medians(self, precision: str) -> Medians:
        command = [sys.executable, str(FOLDER / "ddp_step.py"), "--channels-last", "--precision", precision]
        for name, value in [
            ("compile", "none" if self.mode == "eager" else self.mode),
            ("ranks", RANKS),
            ("threads", self.options.threads),
            ("batch-size", BATCH_PER_RANK),
            ("warmup", self.options.warmup),
            ("steps", self.options.steps),
        ]:
            command += [f"--{name}", str(value)]
        output = run([*command, "--arms", *self.options.arms], self.options.threads)
        return json.loads(output.splitlines()[-1])["median_seconds"]


def measure_rounds(options: argparse.Namespace, precision: str) -> numpy.ndarray:
    """Median step seconds [round, program, arm], program 0 being Scalemark and the others the peers in their order."""
    programs = [Scalemark(options), *(PyTorch(options, mode) for mode in options.peers)]
    for program in programs[1:]:
        if program.mode != "eager":
            program.medians(precision)
    seconds = numpy.empty((options.rounds, len(programs), len(options.arms)))
    for i in range(options.rounds):
        for j in range(len(programs)):
            program = (i + j) % len(programs)
            medians = programs[program].medians(precision)
            seconds[i, program] = [medians[arm] for arm in options.arms]
        figures = ", ".join(f"{one:.4f} s" for one in seconds[i, :, 0])
        print(f"{precision} round {i + 1}: {figures}", file=sys.stderr, flush=True)
    return seconds


def mean_with_interval(ratios: numpy.ndarray) -> str:
    """Geometric mean of the rounds' ratios, and its 95 % interval."""
    logs = numpy.log(ratios)
    half = scipy.stats.t.ppf(0.975, len(logs) - 1) * logs.std(ddof=1) / math.sqrt(len(logs))
    mean, low, high = (math.exp(logs.mean() + offset) for offset in (0, -half, half))
    return f"{mean:.3f} | {low:.3f} to {high:.3f}"


def step_rows(options: argparse.Namespace, precision: str, seconds: numpy.ndarray) -> list[str]:
    full = seconds[:, :, 0]
    medians = numpy.median(full, axis=0)
    return [
        f"| {precision} | {PEERS[mode]} | {medians[0]:.4f} | {medians[peer]:.4f} | "
        f"{mean_with_interval(full[:, 0] / full[:, peer])} |"
        for peer, mode in enumerate(options.peers, start=1)
    ]


def overhead_rows(options: argparse.Namespace, precision: str, seconds: numpy.ndarray) -> list[str]:
    names = ["Scalemark", *(PEERS[mode] for mode in options.peers)]
    return [
        f"| {precision} | {name} | {mean_with_interval(seconds[:, program, 0] / seconds[:, program, 1])} |"
        for program, name in enumerate(names)
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def main() -> None:
    options = parse_arguments()
    if not options.scalemark.is_file():
        sys.exit(f"no program at {options.scalemark}: build it, or give --scalemark")
    rounds = {precision: measure_rounds(options, precision) for precision in options.precisions}
    work = f"ResNet-18, 32x32, batch {BATCH_PER_RANK} per rank, {RANKS} ranks, {options.threads} thread(s) each"
    print(f"{work}, channels_last on both sides;")
    print(f"{options.rounds} rounds of {options.steps} steps in turns, on {processor()}. Median step in seconds.\n")
    print("| precision | peer | Scalemark | peer's | Scalemark / peer | 95 % interval |")
    print("|---|---|---|---|---|---|")
    for precision, seconds in rounds.items():
        print("\n".join(step_rows(options, precision, seconds)))
    if options.no_sync:
        print("\n| precision | program | step / step without reduction | 95 % interval |")
        print("|---|---|---|---|")
        for precision, seconds in rounds.items():
            print("\n".join(overhead_rows(options, precision, seconds)))


if __name__ == "__main__":
    main()
