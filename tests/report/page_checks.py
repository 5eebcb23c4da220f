"""What a browser tells of a report's page: parts that are cut off or cover each other, axes of one tick, lines that go back,
sections without content, links to nowhere."""

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


def faults_of(browser, page, width, dark=False):
    """What is wrong with a page at a width, in sentences. A screenshot is left beside the page."""
    browser.open(page, width, dark=dark)
    browser.screenshot(page.with_name(f"{page.stem}-{width}{'-dark' if dark else ''}.png"), most_height=6000)
    return ([] if dark else layout_faults(browser)) + browser.faults()
