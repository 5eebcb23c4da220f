"""Compares fresh C++ networks with torchvision's: names, order, shapes, the weights of the same seed, the logits; of those
that no other test compares, the gradients too, and the operations of one image with what PyTorch's counter finds."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

SEED = 1234
TOLERANCE = 1e-9  # of the logits and of each gradient, fp64
NOISE = 1e-12  # of all gradients together: what those that are 0 by mathematics may be off by
HIDDEN = 16  # features of VGG's hidden linear layers, as in the C++ program
DEPTHS = {
    "resnet10": (BasicBlock, [1, 1, 1, 1]),
    "resnet18": (BasicBlock, [2, 2, 2, 2]),
    "resnet19": (BasicBlock, [2, 2, 2, 2]),
    "resnet34": (BasicBlock, [3, 4, 6, 3]),
    "resnet50": (Bottleneck, [3, 4, 6, 3]),
}


@dataclass
class Case:
    model: str
    image_size: int
    classes: int
    same_stem: bool = True
    gradients: bool = False  # and operations
    zero_init: bool = False


CASES = [
    *[Case(model, 96, 1000) for model in DEPTHS],
    *[Case(model, 32, 10, same_stem=model == "resnet19") for model in DEPTHS],
    *[Case(model, 65, 10, gradients=True) for model in ("resnet101", "wide_resnet50_2", "mobilenet_v2")],
    *[Case(model, 65, 10, gradients=True, zero_init=True) for model in ("resnet18", "resnet152")],
    *[Case(model, 32, 10, gradients=True) for model in ("vgg16", "vgg16_bn")],
]


class NarrowLinear(torch.nn.Linear):
    def __init__(self, inputs: int, outputs: int):
        super().__init__(*(HIDDEN if features == 4096 else features for features in (inputs, outputs)))


def torchvision_network(case: Case) -> torch.nn.Module:
    torch.manual_seed(SEED)
    if case.model not in DEPTHS:
        make = getattr(torchvision.models, case.model)
        with mock.patch("torchvision.models.vgg.nn.Linear", NarrowLinear if "vgg" in case.model else torch.nn.Linear):
            return make(num_classes=case.classes, **({"zero_init_residual": True} if case.zero_init else {}))
    block, depths = DEPTHS[case.model]
    network = ResNet(block, depths, num_classes=case.classes, zero_init_residual=case.zero_init)
    if case.image_size <= 64 and case.model != "resnet19":
        network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        network.maxpool = torch.nn.Identity()
    return network


def scalemark_dump(program: str, case: Case) -> dict[str, torch.Tensor]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "network.pt"
        words = [program, case.model, str(case.image_size), str(case.classes), str(SEED), str(out)]
        words += [wish for wish in ("gradients", "zero_init") if getattr(case, wish)]
        subprocess.run(words, check=True)
        return torch.load(out, weights_only=False)


def state_faults(ours: dict[str, torch.Tensor], reference: torch.nn.Module, same_stem: bool) -> list[str]:
    theirs = reference.state_dict()
    parameters = [name for name, _ in reference.named_parameters()]
    found = []
    if list(ours)[: len(parameters)] != parameters:
        found.append("the parameters' names or their order differ")
    if set(ours) != set(theirs):
        return [*found, f"names on one side only: {sorted(set(ours) ^ set(theirs))}"]
    for name, tensor in theirs.items():
        if ours[name].shape != tensor.shape or ours[name].dtype != tensor.dtype:
            found.append(f"{name}: {ours[name].dtype} {list(ours[name].shape)}, torchvision {list(tensor.shape)}")
        # With the CIFAR stem the random numbers of torchvision's discarded 7x7 stem shift all that follow.
        elif same_stem and not torch.equal(ours[name], tensor):
            found.append(f"{name}: other values, by up to {(ours[name] - tensor).abs().max():.3g}")
    return found


def sample_of(gradient: torch.Tensor) -> torch.Tensor:
    values = gradient.flatten()
    return torch.cat([values[:: max(len(values) // 1000, 1)], gradient.norm().view(1)])


def gradient_faults(ours: dict[str, torch.Tensor], reference: torch.nn.Module) -> list[str]:
    theirs = {name: parameter.grad for name, parameter in reference.named_parameters()}
    noise = NOISE * sum(gradient.norm() ** 2 for gradient in theirs.values()).sqrt()
    found = []
    for name, gradient in theirs.items():
        expected = sample_of(gradient)
        difference = (ours[name] - expected).norm()
        if not difference <= TOLERANCE * expected.norm() + noise:
            found.append(f"gradient of {name} differs by {difference:.3g} of {expected.norm():.3g}")
    return found


def counted_flops(reference: torch.nn.Module, image_size: int) -> int:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        reference.eval()(torch.zeros(1, 3, image_size, image_size, dtype=torch.float64))
    return counter.get_total_flops()


def faults(program: str, case: Case) -> list[str]:
    reference = torchvision_network(case)
    ours = scalemark_dump(program, case)
    images, logits = ours.pop("images"), ours.pop("logits")
    flops = ours.pop("flops", None)
    gradients = {name.removeprefix("gradient."): ours.pop(name) for name in list(ours) if name.startswith("gradient.")}
    found = state_faults(ours, reference, case.same_stem)
    if set(ours) != set(reference.state_dict()):
        return found
    reference.load_state_dict(ours)
    reference.double()
    torch.manual_seed(SEED)  # of dropout
    with torch.set_grad_enabled(case.gradients):
        expected = reference(images)
    difference = ((logits - expected).norm() / expected.norm()).item()
    if not difference <= TOLERANCE:
        found.append(f"logits differ by {difference:.3g}")
    if case.gradients:
        expected.square().sum().backward()
        found += gradient_faults(gradients, reference)
        counted = counted_flops(reference, case.image_size)
        if int(flops) != counted:
            found.append(f"{int(flops)} operations per image, PyTorch counts {counted}")
    return found


def main() -> int:
    failed = False
    for case in CASES:
        found = faults(sys.argv[1], case)
        failed |= bool(found)
        print(case, "ok" if not found else found[:5])
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
