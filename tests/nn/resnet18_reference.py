"""Compares the C++ ResNet-18's loss and gradients with PyTorch's own network and DistributedDataParallel (fp64, 1e-9).

The C++ program writes its weights, a batch, its loss and its gradients: of the whole batch, and the mean over the two
halves of the batch, each half with batch-norm statistics of its own. Here torchvision's network takes the same weights
and batch; two processes with DistributedDataParallel over gloo take one half each.

    resnet18_reference.py PROGRAM [--perturb]      --perturb changes one weight by 1e-6: the comparison must then fail
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
import torch.distributed as dist
import torchvision

TOLERANCE = 1e-9
RANKS = 2


def reference_network(dumped: dict[str, torch.Tensor]) -> torch.nn.Module:
    network = torchvision.models.resnet18(num_classes=10)
    network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    network.maxpool = torch.nn.Identity()
    network.double()
    state = {name.removeprefix("state."): value for name, value in dumped.items() if name.startswith("state.")}
    network.load_state_dict(state)
    return network.train()


def backward(network: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    loss = torch.nn.functional.cross_entropy(network(images), labels)
    loss.backward()
    gradients = {name.removeprefix("module."): value.grad for name, value in network.named_parameters()}
    return {"loss": loss.detach(), **gradients}


def ddp_rank(rank: int, port: int, dumped_path: str, out_path: str) -> None:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", rank=rank, world_size=RANKS)
    dumped = torch.load(dumped_path, weights_only=False)
    network = torch.nn.parallel.DistributedDataParallel(reference_network(dumped))
    result = backward(network, dumped["images"].chunk(RANKS)[rank], dumped["labels"].chunk(RANKS)[rank])
    dist.all_reduce(result["loss"])
    result["loss"] /= RANKS
    if rank == 0:
        torch.save(result, out_path)
    dist.destroy_process_group()


def ddp_result(dumped_path: Path, folder: Path) -> dict[str, torch.Tensor]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    out = folder / "ddp.pt"
    torch.multiprocessing.spawn(ddp_rank, (port, str(dumped_path), str(out)), nprocs=RANKS)
    return torch.load(out)


def worst(ours: dict[str, torch.Tensor], loss: str, prefix: str, theirs: dict[str, torch.Tensor]) -> tuple[float, str]:
    """The largest relative difference in norm over the loss and all gradients, and where it is."""
    keys = {name: loss if name == "loss" else prefix + name for name in theirs}
    missing = {key for key in ours if key.startswith(prefix)} - set(keys.values())
    if missing:
        return float("inf"), f"not in the reference: {sorted(missing)}"
    differences = [
        (((ours[key] - theirs[name]).norm() / theirs[name].norm()).item(), name) for name, key in keys.items()
    ]
    return max(differences)


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--perturb", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "scalemark.pt"
        subprocess.run([options.program, str(path)], check=True)
        dumped = torch.load(path, weights_only=False)
        if options.perturb:
            dumped["state.layer3.0.conv1.weight"].view(-1)[7] += 1e-6
            torch.save(dumped, path)
        single = backward(reference_network(dumped), dumped["images"], dumped["labels"])
        checks = {
            "torchvision.models.resnet18": worst(dumped, "loss", "gradient.", single),
            "DistributedDataParallel": worst(dumped, "halves_loss", "halves_gradient.", ddp_result(path, folder)),
        }
    for peer, (difference, where) in checks.items():
        print(f"{peer}: largest relative difference {difference:.3g} ({where}), allowed {TOLERANCE}")
    return int(any(not difference <= TOLERANCE for difference, _ in checks.values()))


if __name__ == "__main__":
    sys.exit(main())
