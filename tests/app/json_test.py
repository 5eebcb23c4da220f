"""`scalemark report|compare|predict|info|list --json` from outside: documents against their schema, and against the CSV files."""

import json
import shutil
import unittest

import h5py
import jsonschema
import numpy

from json_documents import SCHEMA, JsonTest
from reading_test import LAB, MEASURED, SAMPLE, SOURCE, SWEEP, ReadingTest


class Json(JsonTest, ReadingTest):
    def document(self, *arguments, code=0):
        run = self.scalemark(*arguments, "--json", code=code)
        return self.read(run.stdout, arguments[0]), run

    def slower(self):
        """The sweep, each step twice as long."""
        path = self.folder / "slower.h5"
        shutil.copy(SWEEP, path)
        with h5py.File(path, "r+") as file:
            for case in file["cases"].values():
                case["full/step_seconds"][...] = 2 * case["full/step_seconds"][...]
        return path

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        self.assertEqual(SCHEMA["properties"]["schema"]["const"], "scalemark-json/1")

    def test_a_report_holds_the_numbers_of_its_csv_files(self):
        empty = 0
        for number, files in enumerate(([SWEEP], [SAMPLE], [LAB], [SAMPLE, SWEEP, LAB])):
            folder = self.folder / f"report{number}"
            document, run = self.document("report", *files, "--output", folder, "--format", "csv,json")
            empty += self.assert_same_as_csv(run.stdout, folder)
            self.assertEqual((folder / "report.json").read_text(), run.stdout)
            self.assertFalse((folder / "report.html").exists())
        self.assertGreater(empty, 100, "what was not measured is null")

    def test_a_report_on_stdout_leaves_no_files(self):
        file = self.folder / "sweep.h5"
        shutil.copy(SWEEP, file)
        self.document("report", file)
        self.assertEqual(list(self.folder.iterdir()), [file])
        self.scalemark("report", file)
        self.assertEqual({path.suffix for path in (self.folder / "sweep-report").iterdir()} & {".json", ".html"}, {".html"})

    def test_what_is_nan_in_the_file_is_null(self):
        file = self.folder / "nan.h5"
        shutil.copy(SAMPLE, file)
        with h5py.File(file, "r+") as opened:
            opened["cases"][MEASURED]["loss"][...] = numpy.nan
        document, _ = self.document("report", file)
        losses = [row["loss"] for row in document["tables"]["loss"]["rows"]]
        self.assertEqual(set(losses), {None})

    def test_a_comparison_says_what_its_exit_code_says(self):
        folder = self.folder / "compared"
        document, run = self.document("compare", SWEEP, self.slower(), "--output", folder, code=1)
        self.assert_same_as_csv(run.stdout, folder)
        self.assertIn("slower than base", run.stderr)
        self.assertTrue(document["has_regression"])
        verdicts = [row["verdict"] for row in document["tables"]["compare"]["rows"]]
        for verdict, count in document["counts"].items():
            self.assertEqual(verdicts.count(verdict), count, verdict)
        same, _ = self.document("compare", SWEEP, SWEEP)
        self.assertFalse(same["has_regression"])

    def test_a_prediction_holds_the_numbers_of_its_csv_files(self):
        folder = self.folder / "predicted"
        document, run = self.document("predict", SWEEP, "--gpus", "2,4,8", "--extrapolate", "--output", folder)
        self.assert_same_as_csv(run.stdout, folder)
        self.assertEqual({row["ranks"] for row in document["tables"]["predicted_scaling_fixed_batch_per_rank"]["rows"]}, {2, 4, 8})
        self.assertIsNone(document["network"]["inter_node"]["latency_seconds"], "all ranks were on one host")

    def test_info_tells_a_file(self):
        document, _ = self.document("info", SWEEP)
        with h5py.File(SWEEP) as file:
            self.assertEqual({row["case"] for row in document["tables"]["cases"]["rows"]}, set(file["cases"]))
            self.assertEqual(document["title"], file.attrs["title"])
            self.assertEqual(document["file_git_commit"], file.attrs["git_commit"])
            columns = file["tables/cases"].dtype.names
            steps = {row["case"].decode(): row["step_mean_seconds"] for row in file["tables/cases"][...]} if "step_mean_seconds" in columns else {}
        for row in document["tables"]["cases"]["rows"]:
            if row["case"] in steps and not numpy.isnan(steps[row["case"]]):
                self.assertAlmostEqual(row["step_seconds"], steps[row["case"]], delta=1e-12)

    def test_lists(self):
        for what in ("models", "datasets", "optimizers", "configs", "keys"):
            document, _ = self.document("list", what)
            text = self.scalemark("list", what).stdout
            names = [item["name"] for item in document["items"]]
            self.assertEqual(len(set(names)), len(names))
            lines = [line.split()[0] for line in text.splitlines() if not line.startswith(" ")]
            self.assertEqual(names, lines, what)
        keys, _ = self.document("list", "keys", "train.bucket")
        self.assertEqual({item["name"] for item in keys["items"]}, {"train.bucket_mebibytes", "train.bucket_fill"})

    def test_an_error_leaves_stdout_empty(self):
        for arguments in (["report", self.folder / "none.h5"], ["compare", SWEEP], ["predict", SWEEP, "--gpus", "lots"],
                          ["info", self.folder / "none.h5"], ["list", "nothing"], ["list", "keys", "no.such", "--json"],
                          ["report", SWEEP, "--output", SOURCE / "docs/json.md"]):
            self.assert_refused(*arguments, *(["--json"] if "--json" not in arguments else []))

    def test_texts_of_a_stranger_are_texts(self):
        file = self.folder / "stranger.h5"
        shutil.copy(SAMPLE, file)
        speech = b'=1+1 "quoted" \\ \x1b[2J \xff \xe2\x80\xae </script>'
        with h5py.File(file, "r+") as opened:
            rows = opened["tables/cases"][...]
            rows["label"] = speech
            opened["tables/cases"][...] = rows
            opened.attrs.create("title", speech, dtype=h5py.string_dtype("utf-8"))
        for arguments in (["report", file], ["info", file], ["compare", SAMPLE, file]):
            run = self.scalemark(*arguments, "--json", code=0)
            self.read(run.stdout, arguments[0])
            self.assertFalse({ord(character) for character in run.stdout} & ({*range(0x20), *range(0x7F, 0xA0), 0x202E} - {10}))
        self.assertIn('=1+1 "quoted" \\', json.loads(self.scalemark("info", file, "--json").stdout)["title"])


if __name__ == "__main__":
    unittest.main()
