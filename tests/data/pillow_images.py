"""Compares decoded PNG images of every kind with what Pillow's convert("RGB") gives, to the bit."""

import itertools
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy
from PIL import Image

WIDTH, HEIGHT = 21, 13
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
KIBIBYTE = 1024


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def packed_rows(values: numpy.ndarray, depth: int) -> bytes:
    """Rows without a filter; `values` are [row, value]."""
    rows = b""
    for row in values:
        if depth == 16:
            rows += b"\0" + row.astype(">u2").tobytes()
        else:
            bits = "".join(f"{value:0{depth}b}" for value in row)
            bits += "0" * (-len(bits) % 8)
            rows += b"\0" + bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))
    return rows


def png(colours: int, depth: int, interlaced: bool, extra: bytes = b"", seed: int = 1) -> bytes:
    draw = numpy.random.default_rng(seed)
    pixels = draw.integers(0, 1 << depth, (HEIGHT, WIDTH, CHANNELS[colours]))
    if depth == 16:
        pixels //= draw.choice((1, 300), pixels.shape)  # so that some fit in eight bits
    passes = [pixels[y::dy, x::dx] for y, x, dy, dx in ADAM7] if interlaced else [pixels]
    rows = b"".join(packed_rows(part.reshape(len(part), -1), depth) for part in passes if part.size)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colours, 0, 0, int(interlaced))
    palette = chunk(b"PLTE", draw.bytes(3 << depth)) if colours == PALETTE else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + palette + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def transparency(colours: int) -> bytes:
    return chunk(b"tRNS", {GREY: b"\0\1", RGB: b"\0\1\0\2\0\3", PALETTE: b"\0\x80"}[colours])


def sound_images() -> dict:
    images = {}
    for colours, depths in DEPTHS.items():
        for depth, interlaced in itertools.product(depths, (False, True)):
            images[f"colours{colours}_depth{depth}_{interlaced}"] = png(colours, depth, interlaced)
    for colours in (GREY, RGB, PALETTE):
        images[f"transparent{colours}"] = png(colours, 8, False, transparency(colours))
    images["gamma"] = png(RGB, 8, False, chunk(b"gAMA", struct.pack(">I", 20000)))
    images["text"] = png(RGB, 8, False, chunk(b"tEXt", b"Title\0a picture"))
    return images


def damaged_images() -> dict:
    whole = png(RGB, 8, False)
    other = bytearray(whole)
    other[len(whole) // 2] ^= 0xFF
    width = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = chunk(b"zTXt", b"Title\0\0" + zlib.compress(bytes(64 * KIBIBYTE * KIBIBYTE)))
    return {
        "cut_in_the_header": (whole[:20], "damaged ("),
        "cut_in_the_image": (whole[: len(whole) // 2], "damaged ("),
        "cut_before_the_end": (whole[:-12], "damaged ("),
        "overwritten": (bytes(other), "damaged ("),
        "too_large": (whole[:8] + chunk(b"IHDR", width) + whole[33:], "expected at most 67108864 pixels"),
        "no_pixels": (whole[:8] + chunk(b"IHDR", bytes(4) + width[4:]) + whole[33:], "an image without pixels"),
        "too_few_rows": (whole[:33] + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b""), "damaged ("),
        "neither": (b"GIF89a", "is no JPEG or PNG image"),
        "empty": (b"", "is empty"),
        "text_that_unpacks_to_64_mebibytes": (whole[:33] + bomb + whole[33:], ""),  # the text is left out
    }


def expected(path: Path) -> bytes:
    return numpy.asarray(Image.open(path).convert("RGB")).tobytes()


def main() -> None:
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        sound, damaged = sound_images(), damaged_images()
        paths = {name: Path(folder) / f"{name}.png" for name in (*sound, *damaged)}
        for name, path in paths.items():
            path.write_bytes(sound[name] if name in sound else damaged[name][0])
        said = subprocess.run([program, *map(str, paths.values())], check=True, capture_output=True, text=True).stdout
        for name in sound:
            assert Path(f"{paths[name]}.rgb").read_bytes() == expected(paths[name]), name
        lines = {Path(line.split(": ")[0]).stem: line for line in said.splitlines()}
        for name, (_, message) in damaged.items():
            assert message in lines.get(name, "" if message == "" else "decoded"), (name, lines.get(name))
        assert set(lines) <= set(damaged), said
    print(f"{len(sound)} images as Pillow decodes them, {len(damaged)} damaged ones refused")


if __name__ == "__main__":
    main()
