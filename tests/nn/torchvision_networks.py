"""Compares fresh C++ networks with torchvision's: names, order, shapes, the weights of the same seed, the logits."""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

SEED = 1234
TOLERANCE = 1e-9  # of the logits, fp64
DEPTHS = {
    "resnet10": (BasicBlock, [1, 1, 1, 1]),
    "resnet18": (BasicBlock, [2, 2, 2, 2]),
    "resnet19": (BasicBlock, [2, 2, 2, 2]),
    "resnet34": (BasicBlock, [3, 4, 6, 3]),
    "resnet50": (Bottleneck, [3, 4, 6, 3]),
}


def torchvision_network(model: str, image_size: int, classes: int) -> torch.nn.Module:
    torch.manual_seed(SEED)
    block, depths = DEPTHS[model]
    network = ResNet(block, depths, num_classes=classes)
    if image_size <= 64 and model != "resnet19":
        network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        network.maxpool = torch.nn.Identity()
    return network


def scalemark_dump(program: str, model: str, image_size: int, classes: int) -> dict[str, torch.Tensor]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "network.pt"
        subprocess.run([program, model, str(image_size), str(classes), str(SEED), str(out)], check=True)
        return torch.load(out, weights_only=False)


def faults(program: str, model: str, image_size: int, classes: int, same_stem: bool) -> list[str]:
    reference = torchvision_network(model, image_size, classes)
    ours = scalemark_dump(program, model, image_size, classes)
    images, logits = ours.pop("images"), ours.pop("logits")
    theirs = reference.state_dict()
    parameters = [name for name, _ in reference.named_parameters()]
    found = []
    if list(ours)[: len(parameters)] != parameters:
        found.append("the parameters' names or their order differ")
    if set(ours) != set(theirs):
        found.append(f"names on one side only: {sorted(set(ours) ^ set(theirs))}")
        return found
    for name, tensor in theirs.items():
        if ours[name].shape != tensor.shape or ours[name].dtype != tensor.dtype:
            found.append(f"{name}: {ours[name].dtype} {list(ours[name].shape)}, torchvision {list(tensor.shape)}")
        # With the CIFAR stem the random numbers of torchvision's discarded 7x7 stem shift all that follow.
        elif same_stem and not torch.equal(ours[name], tensor):
            found.append(f"{name}: other values, by up to {(ours[name] - tensor).abs().max():.3g}")
    reference.load_state_dict(ours)
    expected = reference.double()(images).detach()
    difference = ((logits - expected).norm() / expected.norm()).item()
    if not difference <= TOLERANCE:
        found.append(f"logits differ by {difference:.3g}")
    return found


def main() -> int:
    program = sys.argv[1]
    cases = [(model, 96, 1000, True) for model in DEPTHS] + [(model, 32, 10, model == "resnet19") for model in DEPTHS]
    failed = False
    for case in cases:
        found = faults(program, *case)
        failed |= bool(found)
        print(*case[:3], "ok" if not found else found[:5])
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
