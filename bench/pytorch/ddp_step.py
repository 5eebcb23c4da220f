#!/usr/bin/env python3
"""Times training steps of ResNet-18 (CIFAR stem) under PyTorch's DistributedDataParallel over gloo, on CPU ranks.

The peer of configs/bench-resnet18-cpu.yaml, with the settings that serve PyTorch best: gradients as views of the
buckets, gradients set to None, a fused optimizer, no broadcast of buffers in every step (Scalemark makes none either),
batches ready in memory. Starts its ranks itself and prints one line of JSON with every step's seconds by arm, the maximum
over ranks. The arm `full` reduces gradients, `no_sync` is DDP's way not to.

    ddp_step.py --ranks 2 --threads 1 --precision bf16 --channels-last --compile default --arms full no_sync
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import sys
import time

import torch
import torch.distributed as dist
import torchvision

CLASSES = 10
IMAGE_SIZE = 32
LEARNING_RATE = 0.01
COMPILE_MODES = ["default", "reduce-overhead", "max-autotune"]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="per rank")
    parser.add_argument("--batch-size", type=int, default=32, help="images per rank")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32", help="bf16: autocast, fp32 weights")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--compile", choices=["none", *COMPILE_MODES], default="none", help="mode of torch.compile")
    parser.add_argument("--arms", nargs="+", choices=["full", "no_sync"], default=["full"])
    parser.add_argument("--warmup", type=int, default=3, help="steps of each arm that are not reported")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-binding", action="store_true", help="leave the ranks free to move between cores")
    return parser.parse_args()


def rank_cores(rank: int, threads: int, ranks: int) -> list[int]:
    """The cores of a rank: the next `threads` of those that this process may use."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < ranks * threads:
        sys.exit(f"{ranks} ranks x {threads} threads do not fit on {len(cores)} cores: use fewer, or --no-binding")
    return cores[rank * threads : (rank + 1) * threads]


def make_network(options: argparse.Namespace) -> torch.nn.parallel.DistributedDataParallel:
    torch.manual_seed(options.seed)
    network = torchvision.models.resnet18(num_classes=CLASSES)
    network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    network.maxpool = torch.nn.Identity()
    if options.channels_last:
        network = network.to(memory_format=torch.channels_last)
    return torch.nn.parallel.DistributedDataParallel(network, gradient_as_bucket_view=True, broadcast_buffers=False)


def make_batches(options: argparse.Namespace, rank: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(options.seed + 1 + rank)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    shape = (options.batch_size, 3, IMAGE_SIZE, IMAGE_SIZE)
    return [
        (
            torch.randn(shape, generator=generator).contiguous(memory_format=layout),
            torch.randint(CLASSES, (options.batch_size,), generator=generator),
        )
        for _ in range(options.warmup + options.steps)
    ]


def step_seconds(options: argparse.Namespace, rank: int) -> torch.Tensor:
    """Seconds of every measured step on this rank, [arm, step]."""
    network = make_network(options)
    run = network if options.compile == "none" else torch.compile(network, mode=options.compile)
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE, momentum=0.9, weight_decay=5e-4, fused=True)
    batches = make_batches(options, rank)
    seconds = []
    for arm in options.arms:
        dist.barrier()
        with network.no_sync() if arm == "no_sync" else contextlib.nullcontext():
            seconds.append([training_step(options, run, optimizer, *batch) for batch in batches][options.warmup :])
    return torch.tensor(seconds, dtype=torch.float64)


def training_step(options, network, optimizer, images, labels) -> float:
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    autocast = torch.autocast("cpu", torch.bfloat16) if options.precision == "bf16" else contextlib.nullcontext()
    with autocast:
        loss = torch.nn.functional.cross_entropy(network(images), labels)
    loss.backward()
    optimizer.step()
    seconds = time.perf_counter() - start
    if not torch.isfinite(loss):
        raise RuntimeError(f"the loss is {loss.item()}")
    return seconds


def run_rank(rank: int, options: argparse.Namespace, port: int) -> None:
    if not options.no_binding:
        os.sched_setaffinity(0, rank_cores(rank, options.threads, options.ranks))
    torch.set_num_threads(options.threads)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    dist.init_process_group("gloo", rank=rank, world_size=options.ranks)
    seconds = step_seconds(options, rank)
    dist.all_reduce(seconds, op=dist.ReduceOp.MAX)
    if rank == 0:
        steps = dict(zip(options.arms, seconds.tolist()))
        medians = {arm: statistics.median(of_arm) for arm, of_arm in steps.items()}
        result = {"torch": torch.__version__, "median_seconds": medians, "step_seconds": steps}
        print(json.dumps({**vars(options), **result}), flush=True)
    dist.destroy_process_group()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> None:
    options = parse_arguments()
    if not options.no_binding:
        rank_cores(0, options.threads, options.ranks)
    os.environ["OMP_NUM_THREADS"] = str(options.threads)
    torch.multiprocessing.spawn(run_rank, (options, free_port()), nprocs=options.ranks)


if __name__ == "__main__":
    main()
