#!/usr/bin/env python3
"""Times training steps of ResNet-18 (CIFAR stem) or ResNet-50 under PyTorch on the GPUs of a node, and beside each Scalemark's.

`ddp`: DistributedDataParallel over NCCL, a process per GPU, beside Scalemark's ranks. `data_parallel`: torch.nn.DataParallel in one
process, beside `train.mode: data_parallel`. PyTorch runs eagerly or under torch.compile, in channels_last where it computes in 16
bits, with a fused optimizer, gradients as views of the buckets and its batch on the GPU. Scalemark's arm is `cached_input`, whose
batch lies there too. Both take turns: Scalemark, PyTorch, Scalemark, ...; the ratio is of the medians. A step's time is that of the
slowest rank.

The last line is JSON: {"scalemark": seconds, "pytorch": seconds, "ratio": ..., "rounds": [[scalemark, pytorch], ...]}.

    node_step.py --gpus 4 --mode ddp --precision fp16 --rounds 3
    node_step.py --gpus 2 --mode ddp --precision fp32 --device cpu     the same over gloo, to try this program out
"""

import argparse
import contextlib
import csv
import json
import os
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torchvision

SHAPES = {"resnet18": (32, 10), "resnet50": (224, 1000)}
TYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
BUILT = Path(__file__).resolve().parents[2] / "build/bin/scalemark"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scalemark", type=Path, default=BUILT)
    parser.add_argument("--launcher", default="mpirun --bind-to none", help="what stands in front of -n RANKS")
    parser.add_argument("--mode", choices=["ddp", "data_parallel"], default="ddp")
    parser.add_argument("--gpus", type=int, default=2)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu: ranks over gloo")
    parser.add_argument("--model", choices=SHAPES, default="resnet18")
    parser.add_argument("--batch", type=int, default=128, help="images per GPU")
    parser.add_argument("--precision", choices=TYPES, default="fp16")
    parser.add_argument("--compile", action="store_true", help="torch.compile, for ddp")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--steps", type=int, default=30)
    return parser.parse_args()


def make_network(options: argparse.Namespace, device: torch.device) -> torch.nn.Module:
    image_size, classes = SHAPES[options.model]
    network = getattr(torchvision.models, options.model)(num_classes=classes)
    if image_size <= 64:
        network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        network.maxpool = torch.nn.Identity()
    return network.to(device, memory_format=layout(options))


def layout(options: argparse.Namespace) -> torch.memory_format:
    return torch.contiguous_format if options.precision == "fp32" else torch.channels_last


class Step:
    """One process's training step."""

    def __init__(self, options: argparse.Namespace, device: torch.device, wrap, images: int):
        torch.manual_seed(1)
        image_size, classes = SHAPES[options.model]
        self.device, self.type = device, TYPES[options.precision]
        self.network = wrap(make_network(options, device))
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4, fused=True)
        self.scaler = torch.amp.GradScaler(device.type, enabled=self.type == torch.float16)
        batch = torch.randn(images, 3, image_size, image_size, device=device)
        self.images = batch.contiguous(memory_format=layout(options))
        self.labels = torch.randint(classes, (images,), device=device)
        self.loss = torch.compile(self.forward_loss) if options.compile else self.forward_loss

    def forward_loss(self) -> torch.Tensor:
        cast = torch.autocast(self.device.type, self.type) if self.type != torch.float32 else contextlib.nullcontext()
        with cast:
            return torch.nn.functional.cross_entropy(self.network(self.images), self.labels)

    def __call__(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(self.loss()).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()

    def seconds(self, warmup: int, steps: int) -> list[float]:
        """Of each step: by events on a GPU, which nothing waits for."""
        for _ in range(warmup):
            self()
        return self.by_events(steps) if self.device.type == "cuda" else self.by_clock(steps)

    def by_events(self, steps: int) -> list[float]:
        marks = [torch.cuda.Event(enable_timing=True) for _ in range(steps + 1)]
        marks[0].record()
        for mark in marks[1:]:
            self()
            mark.record()
        torch.cuda.synchronize()
        return [1e-3 * a.elapsed_time(b) for a, b in zip(marks, marks[1:])]

    def by_clock(self, steps: int) -> list[float]:
        marks = [time.perf_counter()]
        for _ in range(steps):
            self()
            marks.append(time.perf_counter())
        return [b - a for a, b in zip(marks, marks[1:])]


def run_rank(rank: int, options: argparse.Namespace, port: int, answer: str) -> None:
    device = torch.device(options.device, rank if options.device == "cuda" else None)
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = True  # as Scalemark has it
    else:
        torch.set_num_threads(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo", rank=rank, world_size=options.gpus)
    wrap = lambda network: torch.nn.parallel.DistributedDataParallel(  # noqa: E731
        network, device_ids=[device] if device.type == "cuda" else None, gradient_as_bucket_view=True, broadcast_buffers=False)
    step = Step(options, device, wrap, options.batch)
    slowest = torch.tensor(step.seconds(options.warmup, options.steps), dtype=torch.float64, device=device)
    dist.all_reduce(slowest, op=dist.ReduceOp.MAX)
    if rank == 0:
        Path(answer).write_text(json.dumps(slowest.tolist()))
    dist.destroy_process_group()


def ddp_seconds(options: argparse.Namespace) -> float:
    with socket.socket() as probe, tempfile.TemporaryDirectory() as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        answer = f"{folder}/seconds.json"
        torch.multiprocessing.spawn(run_rank, (options, port, answer), nprocs=options.gpus)
        return statistics.median(json.loads(Path(answer).read_text()))


def data_parallel_seconds(options: argparse.Namespace) -> float:
    torch.backends.cudnn.benchmark = True
    wrap = lambda network: torch.nn.DataParallel(network, list(range(options.gpus)))  # noqa: E731
    step = Step(options, torch.device("cuda", 0), wrap, options.batch * options.gpus)
    return statistics.median(step.seconds(options.warmup, options.steps))


def sweep_of(options: argparse.Namespace) -> dict:
    """Scalemark's config of one case."""
    image_size, classes = SHAPES[options.model]
    return {
        "name": "node-step", "device": options.device, "model": options.model,
        "dataset": {"name": "synthetic", "images": options.batch * options.gpus, "image_size": image_size, "classes": classes},
        "train": {"mode": options.mode, "precision": options.precision, "learning_rate": 0.01, "momentum": 0.9, "weight_decay": 5e-4},
        "measure": {"warmup_steps": options.warmup, "steps": options.steps, "repetitions": 1, "arms": ["full", "cached_input"]},
        "sweep": {"gpus": [options.gpus], "batch_size": [options.batch]},
    }


def run(words: list) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"node_step.py: exit code {done.returncode} from {shlex.join(map(str, words))}\n{done.stdout}{done.stderr}")


def scalemark_seconds(options: argparse.Namespace) -> float:
    ranks = options.gpus if options.mode == "ddp" else 1
    with tempfile.TemporaryDirectory() as folder:
        config, output, report = (Path(folder) / name for name in ("node.yaml", "node.h5", "report"))
        config.write_text(json.dumps(sweep_of(options)))
        run([*shlex.split(options.launcher), "-n", ranks, options.scalemark, "run", config, "--quiet", "--output", output])
        run([options.scalemark, "report", output, "--format", "csv", "--output", report])
        with open(report / "input_cost.csv", newline="") as file:
            (case,) = csv.DictReader(file)
        return float(case["cached_input_step_seconds"])


def main() -> None:
    options = parse_arguments()
    if options.device == "cuda" and torch.cuda.device_count() < options.gpus:
        sys.exit(f"node_step.py: PyTorch sees {torch.cuda.device_count()} GPU(s), not {options.gpus}")
    if options.mode == "data_parallel" and options.device == "cpu":
        sys.exit("node_step.py: torch.nn.DataParallel has no replicas on a CPU")
    peer = ddp_seconds if options.mode == "ddp" else data_parallel_seconds
    rounds = [(scalemark_seconds(options), peer(options)) for _ in range(options.rounds)]
    own, other = (statistics.median(one) for one in zip(*rounds))
    where = torch.cuda.get_device_name() if options.device == "cuda" else "CPU ranks"
    print(f"{options.model}, {options.precision}, {options.batch} images per GPU, {options.gpus} x {where}, PyTorch {torch.__version__}")
    print(f"Scalemark {1e3 * own:.3f} ms, PyTorch {options.mode} {1e3 * other:.3f} ms, ratio {own / other:.3f}")
    print(json.dumps({"scalemark": own, "pytorch": other, "ratio": own / other, "rounds": rounds}))


if __name__ == "__main__":
    main()
