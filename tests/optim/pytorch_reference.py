"""Replays the C++ optimizers, schedules and gradient scaler with PyTorch's: every step must agree (fp64, 1e-12)."""

import math
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

TOLERANCE = 1e-12
STEPS = 10
LEARNING_RATE = 0.05
PEAK_RATE = 0.4


class Lars(torch.optim.Optimizer):
    """Algorithm 1 of You, Gitman and Ginsburg 2017, with a trust coefficient of 0.001; vectors have the plain rate."""

    def __init__(self, parameters, momentum=0.0, weight_decay=0.0):
        super().__init__(parameters, {"lr": 0.0, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                decay, gradient = group["weight_decay"], weight.grad
                trust = 0.001 * weight.norm() / (gradient.norm() + decay * weight.norm()) if weight.dim() > 1 else 1
                velocity = self.state[weight].setdefault("velocity", torch.zeros_like(weight))
                velocity.mul_(group["momentum"]).add_(group["lr"] * trust * (gradient + decay * weight))
                weight.sub_(velocity)


def on_matrices(parameters: list[torch.Tensor]) -> list[dict]:
    """Parameter groups in which vectors have no weight decay."""
    matrices = [parameter for parameter in parameters if parameter.dim() > 1]
    vectors = [parameter for parameter in parameters if parameter.dim() == 1]
    assert matrices and vectors
    return [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]


# The plain loops of PyTorch, not the fused kernels that the C++ side calls.
OPTIMIZERS = {
    "sgd_plain": lambda p: torch.optim.SGD(p, foreach=False, fused=False),
    "sgd_decay": lambda p: torch.optim.SGD(p, weight_decay=0.01, foreach=False, fused=False),
    "sgd_momentum": lambda p: torch.optim.SGD(p, momentum=0.9, weight_decay=0.01, foreach=False, fused=False),
    "sgd_nesterov": lambda p: torch.optim.SGD(
        p, momentum=0.9, weight_decay=0.01, nesterov=True, foreach=False, fused=False
    ),
    "adagrad": lambda p: torch.optim.Adagrad(p, weight_decay=0.01, foreach=False, fused=False),
    "adadelta": lambda p: torch.optim.Adadelta(p, weight_decay=0.01, foreach=False),
    "adam": lambda p: torch.optim.Adam(p, weight_decay=0.01, foreach=False, fused=False),
    "adamw": lambda p: torch.optim.AdamW(p, weight_decay=0.01, foreach=False, fused=False),
    "lars": lambda p: Lars(p, momentum=0.9, weight_decay=0.01),
    "lars_plain": lambda p: Lars(p),
}
OPTIMIZERS |= {
    f"{name}_on_matrices": lambda p, make=OPTIMIZERS[of]: make(on_matrices(p))
    for name, of in {"sgd": "sgd_momentum", "adam": "adam", "adamw": "adamw", "lars": "lars"}.items()
}

SCHEDULES = {
    "one_cycle": lambda o, steps: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=PEAK_RATE, total_steps=steps),
    "step": lambda o, steps: torch.optim.lr_scheduler.StepLR(o, step_size=math.ceil(steps / 3), gamma=0.1),
    "warm_up": lambda o, steps: torch.optim.lr_scheduler.LinearLR(o, start_factor=1 / steps, total_iters=steps - 1),
    "cosine": lambda o, steps: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=steps),
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
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE / step
        optimizer.step()
        for i, parameter in enumerate(parameters):
            worst = max(worst, relative_difference(dumped[f"{name}.parameter.{i}.{step}"], parameter.detach()))
    return worst


def schedule_difference(ours: torch.Tensor, name: str) -> float:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK_RATE, momentum=0.9)
    schedule = SCHEDULES[name](optimizer, len(ours))
    rates = []
    for _ in range(len(ours)):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    theirs = torch.tensor(rates, dtype=torch.float64)
    return ((ours - theirs).abs() / theirs).max().item()


def scaler_differences(dumped: dict[str, torch.Tensor]) -> dict[str, float]:
    """torch.amp.GradScaler over the same gradients, some of which are not finite."""
    gradients = dumped["scaler.gradients"]
    assert not gradients.isfinite().all(), "nothing to skip"
    parameter = torch.ones(3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([parameter], lr=1e-3, foreach=False, fused=False)
    scaler = torch.amp.GradScaler("cpu")
    scales, parameters = [], []
    for gradient in gradients:
        parameter.grad = scaler.scale(gradient)
        scaler.step(optimizer)
        scaler.update()
        scales.append(scaler.get_scale())
        parameters.append(parameter.detach().clone())
    theirs = torch.tensor(scales, dtype=torch.float64)
    assert theirs.max() > theirs[10] > theirs.min(), "the scale must grow and back off"
    return {
        "scaler.scales": relative_difference(dumped["scaler.scales"], theirs),
        "scaler.parameters": relative_difference(dumped["scaler.parameters"], torch.stack(parameters)),
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "steps.pt"
        subprocess.run([sys.argv[1], str(path)], check=True)
        dumped = torch.load(path, weights_only=False)
    differences = {name: optimizer_difference(dumped, name) for name in OPTIMIZERS}
    for name in SCHEDULES:
        lengths = [key for key in dumped if key.startswith(f"{name}.")]
        assert lengths, f"no {name} schedule in the dump"
        differences.update({key: schedule_difference(dumped[key], name) for key in lengths})
    differences.update(scaler_differences(dumped))
    for name, difference in differences.items():
        print(f"{name}: largest relative difference {difference:.3g}, allowed {TOLERANCE}")
    return int(any(not difference <= TOLERANCE for difference in differences.values()))


if __name__ == "__main__":
    sys.exit(main())
