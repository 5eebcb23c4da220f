"""Looks at report pages as a browser shows them: page_test.py CHROMIUM FOLDER [PROGRAM FILE.h5 ...]

The pages that write_report_sample wrote into FOLDER, and those that PROGRAM makes of the files, at 1280 and 390 pixels: no
request, no message, nothing wider than the page, no table cut off, no two labels of a figure on top of each other, none cut
off by its figure, two ticks or more at each axis, lines that only go forward, and no section without content. One page in the
dark too, where colours alone differ. Leaves a screenshot of each beside the page.
"""

import itertools
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

from browser import Browser
from page_checks import faults_of

# Machado, Oliveira and Fernandes (2009), severity 1: what readers who lack one kind of cone see.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


def lab(colour, matrix):
    """CIE L*a*b* of "#rrggbb" as it is seen."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
              for c in (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))]
    seen = [min(max(sum(a * b for a, b in zip(row, linear)), 0), 1) for row in matrix]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, seen)) / white for row, white in zip(to_xyz, (0.9505, 1, 1.089))]
    f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def colour_faults(page):
    """The first four colours, and loss and gain, differ for every reader by far more than the eye needs (2)."""
    style = page.read_text(encoding="utf-8").split("</style>")[0]
    faults = []
    for number, block in enumerate(re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]):
        of = dict(re.findall(r"--(\w+): ?(#\w{6})", block))
        pairs = list(itertools.combinations(("c0", "c1", "c2", "c3"), 2)) + [("loss", "gain")]
        for (kind, matrix), (one, other) in itertools.product(BLINDNESS.items(), pairs):
            distance = sum((a - b) ** 2 for a, b in zip(lab(of[one], matrix), lab(of[other], matrix))) ** 0.5
            if distance < 15:
                faults.append(f"{one} and {other} differ by {distance:.0f} in {kind}, {('light', 'dark')[number]}")
    return faults


def shipped_pages(folder, program, files):
    for index, file in enumerate(files):
        target = folder / f"shipped-{index}-{pathlib.Path(file).stem}"
        subprocess.run([program, "report", file, "--output", target, "--format", "html"], check=True, capture_output=True)


def main():
    chromium, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if len(sys.argv) > 3:
        shipped_pages(folder, sys.argv[3], sys.argv[4:])
    pages = sorted(folder.glob("*/report.html"))
    assert len(pages) == 8 + len(sys.argv[4:]), pages
    failed = colour_faults(pages[0])
    print("\n".join(failed))
    with Browser(chromium) as browser:
        for page in pages:
            xml.etree.ElementTree.parse(page)  # an independent parser, which forgives nothing
            views = [(1280, False), (390, False)] + ([(1280, True)] if page.parent.name == "lab5" else [])
            for width, dark in views:
                faults = faults_of(browser, page, width, dark)
                failed += faults
                name = f"{page.parent.name} at {width}{', dark' if dark else ''}"
                print(f"{name}: {'ok' if not faults else f'{len(faults)} faults'}", flush=True)
                for fault in faults[:20]:
                    print("   ", fault)
    sys.exit(bool(failed))


main()
