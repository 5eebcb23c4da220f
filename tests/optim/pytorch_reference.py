"""Replays the C++ optimizers and the one-cycle schedule with torch.optim: every step must agree (fp64, 1e-12)."""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch

TOLERANCE = 1e-12
STEPS = 10
LEARNING_RATE = 0.05
# The plain loops of PyTorch, not the fused kernels that the C++ side calls.
OPTIMIZERS = {
    "sgd_plain": lambda p: torch.optim.SGD(p, foreach=False, fused=False),
    "sgd_decay": lambda p: torch.optim.SGD(p, weight_decay=0.01, foreach=False, fused=False),
    "sgd_momentum": lambda p: torch.optim.SGD(p, momentum=0.9, weight_decay=0.01, foreach=False, fused=False),
    "sgd_nesterov": lambda p: torch.optim.SGD(
        p, momentum=0.9, weight_decay=0.01, nesterov=True, foreach=False, fused=False
    ),
    "adam": lambda p: torch.optim.Adam(p, weight_decay=0.01, foreach=False, fused=False),
    "adamw": lambda p: torch.optim.AdamW(p, weight_decay=0.01, foreach=False, fused=False),
}


def relative_difference(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    return ((ours - theirs).norm() / theirs.norm()).item()


def optimizer_difference(dumped: dict[str, torch.Tensor], name: str) -> float:
    count = sum(key.startswith(f"{name}.parameter.") and key.endswith(".0") for key in dumped)
    assert count == 3, f"{name}: {count} parameters in the dump"
    parameters = [dumped[f"{name}.parameter.{i}.0"].clone().requires_grad_() for i in range(count)]
    optimizer = OPTIMIZERS[name](parameters)
    worst = 0.0
    for step in range(1, STEPS + 1):
        for i, parameter in enumerate(parameters):
            parameter.grad = dumped[f"gradient.{i}.{step}"].clone()
        optimizer.param_groups[0]["lr"] = LEARNING_RATE / step
        optimizer.step()
        for i, parameter in enumerate(parameters):
            worst = max(worst, relative_difference(dumped[f"{name}.parameter.{i}.{step}"], parameter.detach()))
    return worst


def one_cycle_difference(ours: torch.Tensor) -> float:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.4, total_steps=len(ours))
    rates = []
    for _ in range(len(ours)):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    theirs = torch.tensor(rates, dtype=torch.float64)
    return ((ours - theirs).abs() / theirs).max().item()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "steps.pt"
        subprocess.run([sys.argv[1], str(path)], check=True)
        dumped = torch.load(path, weights_only=False)
    differences = {name: optimizer_difference(dumped, name) for name in OPTIMIZERS}
    cycles = [key for key in dumped if key.startswith("one_cycle.")]
    assert cycles, "no schedule in the dump"
    differences.update({key: one_cycle_difference(dumped[key]) for key in cycles})
    for name, difference in differences.items():
        print(f"{name}: largest relative difference {difference:.3g}, allowed {TOLERANCE}")
    return int(any(not difference <= TOLERANCE for difference in differences.values()))


if __name__ == "__main__":
    sys.exit(main())
