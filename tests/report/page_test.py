"""Looks at the pages that write_report_sample wrote as a browser shows them: page_test.py CHROMIUM FOLDER

At 1280 and 390 pixels, light and dark: no request, no message, nothing wider than the page, no two labels of a figure
on top of each other, none cut off by its figure. Leaves a screenshot of each beside the page.
"""

import itertools
import pathlib
import sys
import xml.etree.ElementTree

from browser import Browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Pairs of a figure's labels that cover more than a pixel of each other, and labels that leave their figure.
LABELS = """
(() => {
  const faults = [];
  for (const svg of document.querySelectorAll('figure > svg')) {
    const frame = svg.getBoundingClientRect();
    const labels = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
    labels.forEach(([text, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1 || a.top < frame.top - 1 || a.bottom > frame.bottom + 1) {
        faults.push(`cut off: ${text} in ${svg.querySelector('title').textContent}`);
      }
      for (const [other, b] of labels.slice(i + 1)) {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > 1 && height > 1) faults.push(`overlap: ${text} and ${other} in ${svg.querySelector('title').textContent}`);
      }
    });
  }
  return faults;
})()
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
        faults += browser.evaluate(LABELS)
        browser.evaluate(OPEN_ALL)
    if browser.evaluate("document.querySelectorAll('figure').length") and browser.evaluate(SMALLEST_LETTERS) < 9:
        faults.append("letters of a figure below 9 pixels")
    return faults


def faults_of(browser, page, width, dark):
    browser.open(page, width, dark=dark)
    browser.screenshot(page.with_name(f"page-{width}{'-dark' if dark else ''}.png"))
    # Colours alone differ in the dark.
    return ([] if dark else layout_faults(browser)) + browser.faults()


def main():
    chromium, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    pages = sorted(folder.glob("*/report.html"))
    assert len(pages) == 4, pages
    failed = False
    with Browser(chromium) as browser:
        for page in pages:
            xml.etree.ElementTree.parse(page)  # an independent parser, which forgives nothing
            for width, dark in itertools.product((1280, 390), (False, True)):
                faults = faults_of(browser, page, width, dark)
                failed = failed or bool(faults)
                name = f"{page.parent.name} at {width}{', dark' if dark else ''}"
                print(f"{name}: {'ok' if not faults else f'{len(faults)} faults'}", flush=True)
                for fault in faults[:20]:
                    print("   ", fault)
    sys.exit(failed)


main()
