#!/usr/bin/env python3
"""Times training steps of ResNet-18 (CIFAR stem) or ResNet-50 under PyTorch on one GPU, and beside each Scalemark's.

PyTorch's ways are eager, torch.compile with its default, with CUDA graphs (`reduce-overhead`), with graphs and a search among
kernels for convolutions and products (`searched`), and with `max-autotune`, which tunes all other kernels one by one too and
takes many minutes for it. All run in bf16 autocast, channels_last, with a fused optimizer and the batch already on the GPU:
the settings that serve it best. Scalemark's is the arm `cached_input`, whose batch lies on the GPU too.

Every way at every batch has a process of its own. They compile side by side, and share the GPU for that; what is not done in
time is left out. Then each is timed alone, by events on both sides, with Scalemark before and after it. The ratio is of
Scalemark's two medians' mean to the median of all rounds; its range, of the lower and higher of the two to the highest and
lowest round.

    gpu_step.py --scalemark build/bin/scalemark --model resnet18 --batches 32 128 512 2048 8192 --rounds 3
"""

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import h5py
import numpy
import torch
import torchvision

# What torch.compile is told; eager is not compiled.
COMPILED = {
    "compile": {"mode": "default"},
    "compile reduce-overhead": {"mode": "reduce-overhead"},
    "compile searched": {"options": {"max_autotune": True, "triton.cudagraphs": True}},
    "compile max-autotune": {"mode": "max-autotune"},
}
MODES = ["eager", *COMPILED]
SHAPES = {"resnet18": (32, 10), "resnet50": (224, 1000)}


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scalemark", type=Path, default=Path(__file__).resolve().parents[2] / "build" / "bin" / "scalemark")
    parser.add_argument("--model", choices=SHAPES, default="resnet18")
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 128, 512, 2048, 8192])
    parser.add_argument("--modes", nargs="+", choices=MODES, default=["eager", "compile reduce-overhead", "compile searched"])
    parser.add_argument("--patience", type=float, default=1200, metavar="SECONDS", help="for compiling")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warmup", type=int, default=20)
    parser.add_argument("--steps", type=int, default=50)
    return parser.parse_args()


def make_network(model: str) -> torch.nn.Module:
    image_size, classes = SHAPES[model]
    network = getattr(torchvision.models, model)(num_classes=classes)
    if image_size <= 64:
        network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        network.maxpool = torch.nn.Identity()
    return network.cuda().to(memory_format=torch.channels_last)


class PyTorchStep:
    """One way of running the step, warmed up once and timed whenever it is asked for."""

    def __init__(self, model: str, batch: int, mode: str):
        image_size, classes = SHAPES[model]
        torch.manual_seed(1)
        self.network = make_network(model)
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True)
        self.images = torch.randn(batch, 3, image_size, image_size, device="cuda", dtype=torch.bfloat16)
        self.images = self.images.contiguous(memory_format=torch.channels_last)
        self.labels = torch.randint(classes, (batch,), device="cuda")
        self.loss = torch.compile(self.forward_loss, **COMPILED[mode]) if mode in COMPILED else self.forward_loss

    def forward_loss(self) -> torch.Tensor:
        with torch.autocast("cuda", torch.bfloat16):
            return torch.nn.functional.cross_entropy(self.network(self.images), self.labels)

    def step(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()

    def median_seconds(self, warmup: int, steps: int) -> float:
        for _ in range(warmup):
            self.step()
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(steps + 1)]
        marks[0].record()
        for mark in marks[1:]:
            self.step()
            mark.record()
        torch.cuda.synchronize()
        return statistics.median(1e-3 * a.elapsed_time(b) for a, b in zip(marks, marks[1:]))


def serve(pipe: Connection, options: argparse.Namespace, batch: int, mode: str) -> None:
    """What a peer's process does: says that it is ready, and once it is asked sends the median step of each round."""
    torch.backends.cudnn.benchmark = True  # as Scalemark has it
    try:
        step = PyTorchStep(options.model, batch, mode)
        step.median_seconds(warmup=3, steps=1)
        pipe.send("ready")
        pipe.recv()
        pipe.send([step.median_seconds(options.warmup, options.steps) for _ in range(options.rounds)])
    except torch.OutOfMemoryError:
        pipe.send("out of memory")


class Peer:
    """One of PyTorch's ways at one batch, in a process of its own."""

    def __init__(self, options: argparse.Namespace, batch: int, mode: str):
        processes = multiprocessing.get_context("spawn")
        self.batch, self.mode = batch, mode
        self.pipe, its_end = processes.Pipe()
        self.process = processes.Process(target=serve, args=(its_end, options, batch, mode), daemon=True)
        self.process.start()
        its_end.close()

    def receive(self) -> list[float] | str:
        """Rounds, or in a word where it stands."""
        try:
            return self.pipe.recv()
        except EOFError:
            return "failed"

    def state(self, deadline: float) -> str:
        return self.receive() if self.pipe.poll(max(0, deadline - time.monotonic())) else "not compiled in time"

    def rounds(self) -> list[float] | str:
        self.pipe.send("measure")
        answer = self.receive()
        self.process.join()  # its memory is free from here on
        return answer


def compile_all(options: argparse.Namespace) -> dict[Peer, str]:
    """Every way at every batch, with where it stands."""
    peers = [Peer(options, batch, mode) for batch in options.batches for mode in options.modes]
    deadline = time.monotonic() + options.patience
    states = {}
    for peer in peers:
        states[peer] = peer.state(deadline)
        print(f"batch {peer.batch}, {peer.mode}: {states[peer]}", file=sys.stderr, flush=True)
    for peer in peers:
        if states[peer] != "ready":
            peer.process.kill()
    return states


def sweep_of(options: argparse.Namespace, batch: int) -> dict:
    """Scalemark's config of one case."""
    image_size, classes = SHAPES[options.model]
    return {
        "name": "gpu-step",
        "device": "cuda",
        "model": options.model,
        "dataset": {"name": "synthetic", "images": batch, "image_size": image_size, "classes": classes},
        "train": {"precision": "bf16", "learning_rate": 0.01, "momentum": 0.9, "weight_decay": 5e-4},
        "measure": {
            "warmup_steps": options.warmup,
            "steps": options.steps,
            "repetitions": 1,
            "arms": ["full", "cached_input"],
        },
        "sweep": {"gpus": [1], "batch_size": [batch]},
    }


def scalemark_seconds(options: argparse.Namespace, batch: int) -> tuple[float, str]:
    """Median step, and how the steps were given to the GPU."""
    with tempfile.TemporaryDirectory() as folder:
        config, output = Path(folder) / "gpu.yaml", Path(folder) / "gpu.h5"
        config.write_text(json.dumps(sweep_of(options, batch)))
        done = subprocess.run(
            [options.scalemark, "run", config, "--quiet", "--output", output], capture_output=True, text=True
        )
        if done.returncode != 0:
            sys.exit(f"exit code {done.returncode} from scalemark\n{done.stdout}{done.stderr}")
        with h5py.File(output) as file:
            (case,) = file["cases"].values()
            return float(numpy.median(case["cached_input/step_seconds"][:])), str(case.attrs["step_launch"])


def measure(options: argparse.Namespace, peer: Peer, last: dict[int, float]) -> None:
    """@param last  Scalemark's latest median by batch: after one peer is before the next."""
    before = last[peer.batch] if peer.batch in last else scalemark_seconds(options, peer.batch)[0]
    rounds = peer.rounds()
    after, launch = scalemark_seconds(options, peer.batch)
    last[peer.batch] = after
    own = (before + after) / 2
    row = f"| {peer.batch} | {peer.mode} | {1e3 * own:.3f} |"
    if isinstance(rounds, str):
        print(f"{row} {rounds} | | | {launch} |", flush=True)
        return
    other = statistics.median(rounds)
    span = f"{min(before, after) / max(rounds):.3f} to {max(before, after) / min(rounds):.3f}"
    print(f"{row} {1e3 * other:.3f} | {own / other:.3f} | {span} | {launch} |", flush=True)


def main() -> None:
    options = parse_arguments()
    if not torch.cuda.is_available():
        sys.exit("gpu_step.py: PyTorch sees no GPU here")
    states = compile_all(options)
    print(f"{options.model}, bf16, one {torch.cuda.get_device_name()}, PyTorch {torch.__version__}; medians in ms\n")
    print("| batch | PyTorch | Scalemark | PyTorch's | Scalemark / PyTorch | range | Scalemark's steps |")
    print("|---|---|---|---|---|---|---|", flush=True)
    last = {}
    for peer, state in states.items():
        if state == "ready":
            measure(options, peer, last)
        else:
            print(f"| {peer.batch} | {peer.mode} | | {state} | | | |", flush=True)


if __name__ == "__main__":
    main()
