"""`scalemark report --template` from outside: the pages that it writes, and what it refuses."""

import html.parser
import shutil
import unittest

import h5py

from reading_test import SWEEP, ReadingTest

TEMPLATE = """\
title: Does a larger batch pay?
questions:
  - id: Q1
    question: Which batch trains faster?
    cases: gpus=1
    numbers: [batch_size, images_per_second]
    answers:
      - "{batch_size @ images_per_second=most} images per step are the fastest, {images_per_second @ images_per_second=most}."
      - "The accuracy is {test_accuracy}."
"""


class LabPage(ReadingTest):
    def written(self, *arguments):
        out = self.folder / "out"
        self.scalemark("report", *arguments, "--output", out)
        return out

    def template(self, text=TEMPLATE, name="batch-lab.yaml"):
        path = self.folder / name
        path.write_text(text)
        return path

    def with_config(self, config):
        path = self.folder / "named.h5"
        shutil.copy(SWEEP, path)
        with h5py.File(path, "r+") as file:
            file["provenance"].attrs["config"] = config
        return path

    def test_a_template_of_ones_own_is_answered_from_the_samples(self):
        out = self.written(SWEEP, "--template", self.template())
        best = 0.0, 0
        with h5py.File(SWEEP) as file:
            for row in file["tables/cases"][...]:
                if row["ranks"] == 1:
                    samples = file["cases"][row["case"].decode()]["full/step_seconds"][...]
                    step = (samples.sum(axis=1).max(axis=1) / samples.shape[1]).mean()
                    best = max(best, (row["global_batch"] / step, row["global_batch"]))
        sentence = f"{best[1]} images per step are the fastest, {best[0]:.1f} images/s."
        page = (out / "batch-lab.html").read_text()
        for text in (page, (out / "batch-lab.md").read_text()):
            self.assertIn(sentence, text[-4000:])
            self.assertIn("Not measured: test accuracy of ", text)
            self.assertIn("(measure.evaluate: true)", text)
            self.assertNotIn("gpus=2", text)
        html.parser.HTMLParser().feed(page)
        self.assertIn('<a href="batch-lab.html">Does a larger batch pay?</a>', (out / "report.html").read_text())
        self.assertIn("(batch-lab.md)", (out / "report.md").read_text())

    def test_a_config_names_its_template_and_none_leaves_it_out(self):
        named = self.with_config("name: a\ntemplate: revnet-memory\n")
        out = self.written(named)
        page = (out / "revnet-memory.md").read_text()
        self.assertIn("peak memory", page)
        self.assertIn("these files hold no case", page)
        shutil.rmtree(out)
        self.assertFalse((self.written(named, "--template", "none") / "revnet-memory.md").exists())
        shutil.rmtree(out)
        self.assertFalse((self.written(SWEEP) / "revnet-memory.md").exists())

    def test_published_figures_come_with_the_template(self):
        out = self.written(SWEEP, "--template", "hpml-lab5", "--format", "md")
        self.assertEqual(sorted(path.name for path in out.iterdir()), ["hpml-lab5.md", "report.md"])
        self.assertNotIn("V100", (out / "report.md").read_text())
        page = (out / "hpml-lab5.md").read_text()
        self.assertRegex(page, r"\| ranks=1,batch_per_rank=512 \| epoch \| 18.1 s \| NVIDIA V100 \|")
        shutil.rmtree(out)
        figures = (self.written(SWEEP, "--template", "hpml-lab5") / "hpml-lab5.html").read_text().split("<figure")[1:]
        self.assertTrue(figures)
        for figure in figures:
            self.assertNotIn("V100", figure.split("</figure>")[0])

    def test_a_template_that_a_file_names_and_that_is_not_here_is_only_warned_of(self):
        run = self.scalemark("report", self.with_config("template: lost-lab\n"), "--output", self.folder / "out")
        self.assertIn("no lab page: the config names the template lost-lab, which was not found", run.stderr)
        self.assertTrue((self.folder / "out/report.html").exists())

    def test_what_is_wrong_is_one_line_with_its_place(self):
        self.assertIn("did you mean hpml-lab5?", self.assert_refused("report", SWEEP, "--template", "hmpl-lab5"))
        wrong = self.template(TEMPLATE.replace("numbers:", "numbres:"))
        self.assertEqual(self.assert_refused("report", SWEEP, "--template", wrong),
                         f"scalemark: error: {wrong}:6:5: questions[0].numbres: unknown key; did you mean numbers?\n")
        self.assert_refused("report", SWEEP, "--template", self.folder / "none.yaml")
        self.assert_refused("report", SWEEP, "--template", self.template(name="report.yaml"))
        self.assertFalse((SWEEP.parent / "quickstart-report").exists())


if __name__ == "__main__":
    unittest.main()
