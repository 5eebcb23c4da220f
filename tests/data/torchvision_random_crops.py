"""Compares random-resized-crop-flip with torchvision's RandomResizedCrop and RandomHorizontalFlip: which crops are drawn
(two-sample Kolmogorov-Smirnov tests), and each pixel of a resized crop."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import scipy.stats
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode, functional

DRAWS = 100_000
LEAST_PROBABILITY = 1e-3  # that draws of one distribution differ so much; the seeds are fixed
SCALE, RATIO = (0.08, 1.0), (3 / 4, 4 / 3)
SIZES = ((375, 500), (64, 64), (40, 400))  # height, width; of the last one few tries fit
CROPS = ((0, 0, 200, 300, 0, 224), (30, 50, 90, 70, 1, 64), (3, 5, 7, 11, 0, 32), (0, 0, 201, 301, 1, 224), (9, 9, 1, 1, 0, 8))


def drawn(program: str, height: int, width: int, draws: int = DRAWS) -> numpy.ndarray:
    """[image, (top, left, height, width, flipped)]"""
    lines = subprocess.run([program, str(height), str(width), str(draws)], check=True, capture_output=True, text=True)
    return numpy.array([line.split() for line in lines.stdout.splitlines()], int)


def torchvisions(height: int, width: int, draws: int = DRAWS) -> numpy.ndarray:
    image = torch.empty(3, height, width)
    get = transforms.RandomResizedCrop.get_params
    return numpy.array([get(image, SCALE, RATIO) for _ in range(draws)], int)


def check_draws(program: str, height: int, width: int, draws: int) -> None:
    ours, theirs = drawn(program, height, width, draws), torchvisions(height, width, draws)
    for column, name in enumerate(("top", "left", "height", "width")):
        probability = scipy.stats.ks_2samp(ours[:, column], theirs[:, column]).pvalue
        assert probability > LEAST_PROBABILITY, (height, width, name, probability)
    areas = [boxes[:, 2] * boxes[:, 3] for boxes in (ours, theirs)]
    assert scipy.stats.ks_2samp(*areas).pvalue > LEAST_PROBABILITY, (height, width, "area")
    flips = scipy.stats.binomtest(int(ours[:, 4].sum()), draws, 0.5).pvalue
    assert flips > LEAST_PROBABILITY, flips
    order = scipy.stats.spearmanr(ours[:-1, 2], ours[1:, 2]).pvalue
    assert order > LEAST_PROBABILITY, f"the crops of neighbours go together: {order}"


def check_pixels(program: str) -> None:
    draw = numpy.random.default_rng(1)
    noise = draw.integers(0, 256, (201, 301, 3), dtype=numpy.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.rgb"
        path.write_bytes(noise.tobytes())
        for top, left, height, width, flipped, side in CROPS:
            numbers = (201, 301, top, left, height, width, flipped, side)
            found = subprocess.run([program, str(path), *map(str, numbers)], check=True, capture_output=True).stdout
            ours = numpy.frombuffer(found, numpy.uint8).reshape(side, side, 3)
            box = (top, left, height, width, [side, side], InterpolationMode.BILINEAR)
            pillow = functional.resized_crop(Image.fromarray(noise), *box)
            tensor = functional.resized_crop(torch.from_numpy(noise).permute(2, 0, 1), *box, antialias=True).permute(1, 2, 0)
            for name, theirs in (("Pillow", numpy.asarray(pillow)), ("tensor", tensor.numpy())):
                theirs = theirs[:, ::-1] if flipped else theirs
                levels = numpy.abs(ours.astype(int) - theirs.astype(int)).max()
                assert levels <= (0 if name == "Pillow" else 1), (name, numbers, levels)


def main() -> None:
    torch.manual_seed(1)
    check_pixels(sys.argv[1])
    for (height, width), draws in zip(SIZES, (DRAWS, DRAWS // 10, DRAWS // 10), strict=True):
        check_draws(sys.argv[1], height, width, draws)
    print(f"{DRAWS} crops as torchvision draws them, {len(CROPS)} resized as it resizes them")


if __name__ == "__main__":
    main()
