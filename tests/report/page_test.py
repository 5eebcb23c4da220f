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

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Pairs of a figure's labels that cover more than a pixel of each other, labels that leave their figure, axes of one tick.
LABELS = """
(() => {
  const faults = [];
  for (const svg of document.querySelectorAll('figure > svg')) {
    const name = svg.querySelector('title').textContent;
    const frame = svg.getBoundingClientRect();
    if (frame.width == 0) continue;  // in a folded part
    const labels = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    labels.forEach(([text, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) {
        faults.push(`cut off: ${text} in ${name}`);
      }
      for (const [other, b] of labels.slice(i + 1)) {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > 1 && height > 1) faults.push(`overlap: ${text} and ${other} in ${name}`);
      }
    });
    for (const axis of ['tick-x', 'tick-y']) {
      if (svg.querySelectorAll('.' + axis).length == 1) faults.push(`one tick: ${axis} of ${name}`);
    }
  }
  return faults;
})()
"""
# A series joins points from left to right.
SERIES = """
[...document.querySelectorAll('figure > svg .series')].filter(path => {
  const places = path.getAttribute('d').slice(1).split('L').map(point => parseFloat(point));
  return places.some((place, i) => i > 0 && place <= places[i - 1]);
}).map(path => 'a line goes back: ' + path.parentNode.querySelector('title').textContent)
"""
TABLES = """
[...document.querySelectorAll('.scroll')].filter(frame => frame.scrollWidth > frame.clientWidth + 1)
  .map(frame => `cut by ${frame.scrollWidth - frame.clientWidth} pixels: ${frame.getAttribute('aria-label')}`)
"""
SECTIONS = """
[...document.querySelectorAll('section')].filter(section =>
  ![...section.children].some(child => child.tagName != 'H2' && child.textContent.trim()) || section.querySelector('.empty'))
  .map(section => 'nothing in section ' + section.id)
"""
LINKS = """
[...document.querySelectorAll('a[href^="#"]')].map(link => link.getAttribute('href').slice(1))
  .filter(id => !document.getElementById(id)).map(id => 'a link to nowhere: ' + id)
"""
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"
SMALLEST_LETTERS = """
Math.min(...[...document.querySelectorAll('figure > svg')].map(svg => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width))
"""


def layout_faults(browser):
    faults = []
    for state in ("closed", "open"):
        overflow = browser.evaluate(OVERFLOW)
        if overflow > 0:
            faults.append(f"{overflow} pixels wider than the page, tables {state}")
        faults += browser.evaluate(LABELS) + browser.evaluate(TABLES)
        browser.evaluate(OPEN_ALL)
    faults += browser.evaluate(SERIES) + browser.evaluate(SECTIONS) + browser.evaluate(LINKS)
    if browser.evaluate("document.querySelectorAll('figure').length") and browser.evaluate(SMALLEST_LETTERS) < 9:
        faults.append("letters of a figure below 9 pixels")
    return faults


def faults_of(browser, page, width, dark):
    browser.open(page, width, dark=dark)
    browser.screenshot(page.with_name(f"page-{width}{'-dark' if dark else ''}.png"), most_height=6000)
    return ([] if dark else layout_faults(browser)) + browser.faults()


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
    assert len(pages) == 6 + len(sys.argv[4:]), pages
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
