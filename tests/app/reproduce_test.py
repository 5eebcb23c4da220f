"""`scripts/reproduce --quick`: all published experiments on two ranks, one report, no published figure left alone without
a reason, and pages on which nothing is cut off or empty."""

import csv
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "report"))
from browser import Browser  # noqa: E402
from page_checks import faults_of  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PROGRAM = pathlib.Path(os.environ["SCALEMARK_BIN"]) / "scalemark"
SCRIPT = pathlib.Path(__file__).parents[2] / "scripts/reproduce"
EXPERIMENTS = {"tiny-imagenet", "revnet-memory", "data-loading", "hpml-lab2", "hpml-lab5", "resnet10-optimizations"}


def rows(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def page_faults(results):
    """Of the report of all files and of each file's own, as a browser shows them on a wide and on a narrow screen."""
    pages = [results / "report/report.html"]
    for file in results.glob("*.h5"):
        target = results / file.stem
        subprocess.run([PROGRAM, "report", file, "--output", target, "--format", "html"], check=True, capture_output=True)
        pages += target.glob("*.html")
    with Browser(CHROMIUM) as browser:
        return [f"{page.parent.name}/{page.name} at {width}: {fault}" for page in pages for width in (1280, 390)
                for fault in faults_of(browser, page, width)]


class Reproduce(unittest.TestCase):
    def test_every_published_figure_has_its_neighbour_or_says_why_not(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run([SCRIPT, "--quick"], cwd=folder, capture_output=True, text=True)
            self.assertEqual(run.returncode, 0, run.stderr)
            (results,) = pathlib.Path(folder).glob("reproduced-*")
            self.assertEqual({path.stem for path in results.glob("*.h5")}, EXPERIMENTS)
            cases, published = rows(results / "report/cases.csv"), rows(results / "report/published.csv")
            faults = page_faults(results) if CHROMIUM else []
        # hpml-lab5 has cells on 4 GPUs in its full form only.
        others = [(case["label"], case["status"], case["reason"]) for case in cases if case["status"] != "ok"]
        self.assertEqual(others, [])
        self.assertEqual(faults, [])
        for figure in published:
            self.assertTrue(figure["measured"] or figure["remark"], figure)
        measured = {figure["published_case"] for figure in published if figure["measured"]}
        self.assertGreaterEqual(len(measured), 12, measured)
        parameters = [figure for figure in published if figure["figure"] == "parameters"]
        self.assertEqual(len(parameters), 7)
        for figure in parameters:
            self.assertEqual(float(figure["measured"]), float(figure["published"]), figure)


if __name__ == "__main__":
    unittest.main(verbosity=2)
