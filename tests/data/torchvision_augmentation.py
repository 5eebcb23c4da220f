"""Compares the loader's pad-crop-flip with torchvision's: every image at the placement that was drawn for it, and how
often each placement is drawn."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import scipy.stats
import torch
from torchvision import transforms
from torchvision.transforms import functional

FILES, IMAGES_PER_FILE = 5, 800
MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
TOLERANCE = 1e-6  # fp32: torchvision divides by 255 and by the deviation, the loader multiplies once
LEAST_PROBABILITY = 1e-3  # that draws of one distribution differ so much; the seeds are fixed


def write_cifar10(folder: Path) -> torch.Tensor:
    """Random images in the binary format; returns them, [image, 3, 32, 32]."""
    images = torch.randint(256, (FILES * IMAGES_PER_FILE, 3, 32, 32), dtype=torch.uint8)
    for number, part in enumerate(images.split(IMAGES_PER_FILE), start=1):
        records = numpy.zeros((IMAGES_PER_FILE, 1 + 3 * 32 * 32), numpy.uint8)
        records[:, 1:] = part.reshape(IMAGES_PER_FILE, -1).numpy()
        records.tofile(folder / f"data_batch_{number}.bin")
    return images


def loaded(program: str) -> tuple:
    """The images as stored, and what the loader made of them in two epochs."""
    with tempfile.TemporaryDirectory() as folder:
        stored = write_cifar10(Path(folder))
        out = Path(folder) / "augmented.pt"
        subprocess.run([program, folder, str(out)], check=True)
        return stored, torch.load(out, weights_only=False)


def placed(image: torch.Tensor, down: int, right: int, flipped: int) -> torch.Tensor:
    crop = functional.crop(functional.pad(image, 4), 4 + down, 4 + right, 32, 32)
    return functional.normalize((functional.hflip(crop) if flipped else crop) / 255, MEAN, DEVIATION)


def torchvision_placements(draws: int) -> torch.Tensor:
    """What RandomCrop and RandomHorizontalFlip do, read off an image whose pixels say where they come from."""
    row, column = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    image = torch.stack([row, column])
    augment = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()])
    found = []
    for _ in range(draws):
        (row, column), (_, beside) = augment(image)[:, 16, 15:17].T.int().tolist()
        flipped = beside < column
        found.append([row - 16, column - (16 if flipped else 15), int(flipped)])
    return torch.tensor(found)


def counts(placements: torch.Tensor) -> numpy.ndarray:
    """How often each of the 9 x 9 x 2 placements was drawn."""
    down, right, flipped = placements.T
    return numpy.bincount(((down + 4) * 9 + right + 4) * 2 + flipped, minlength=162)


def main() -> None:
    torch.manual_seed(1)
    stored, ours = loaded(sys.argv[1])
    placements = ours["placements"]
    expected = torch.stack([placed(stored[i], *p) for i, p in zip(ours["indices"].tolist(), placements.tolist())])
    difference = (ours["images"] - expected).abs().max().item()
    if not difference <= TOLERANCE * expected.abs().max().item():
        sys.exit(f"images differ from torchvision's by up to {difference:.3g}")
    table = numpy.stack([counts(placements), counts(torchvision_placements(len(placements)))])
    probability = scipy.stats.chi2_contingency(table).pvalue
    if table.shape != (2, 162) or not probability >= LEAST_PROBABILITY:
        sys.exit(f"placements are drawn in another distribution than torchvision's (p = {probability:.2g})")
    print(f"{len(placements)} images as torchvision's within {difference:.2g}; placements alike (p = {probability:.2g})")


if __name__ == "__main__":
    main()
