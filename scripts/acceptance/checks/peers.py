"""The same work under PyTorch, in turns on the same GPUs."""

import json

from acceptance.trial import Failed, NotRun, Trial

MOST_RATIO = 1.1


def beside(trial: Trial, mode: str) -> tuple[str, str]:
    """Scalemark's step over PyTorch's. @param mode  of bench/pytorch/node_step.py"""
    site = trial.site
    probe, _ = trial.run([site.python, "-c", "import torch, torchvision"])
    trial.commands.clear()
    if probe != 0:
        raise NotRun(f"{site.python} has no torch and torchvision; name one that has by --python")
    code, text = trial.run([site.python, str(site.root / "bench/pytorch/node_step.py"), "--scalemark", site.scalemark(), "--gpus",
                            str(site.gpus), "--precision", site.half, "--mode", mode, "--launcher", " ".join(site.launcher_words())])
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if code != 0 or not lines:
        raise Failed(f"exit code {code}: {text.splitlines()[-1] if text else ''}", f"{MOST_RATIO} times PyTorch's at most")
    found = json.loads(lines[-1])
    number = f"{1e3 * found['scalemark']:.3f} ms, PyTorch's {1e3 * found['pytorch']:.3f} ms: {found['ratio']:.3f}"
    if found["ratio"] > MOST_RATIO:
        raise Failed(number, f"{MOST_RATIO}")
    return number, f"{MOST_RATIO}"


def ddp(trial: Trial) -> tuple[str, str]:
    """Steps of DistributedDataParallel over NCCL, and of Scalemark's ranks."""
    return beside(trial, "ddp")


def data_parallel(trial: Trial) -> tuple[str, str]:
    """Steps of torch.nn.DataParallel, and of `train.mode: data_parallel`."""
    return beside(trial, "data_parallel")
