"""Files from strangers, from outside: what their texts and sizes can make the reading commands do."""

import csv
import json
import os
import re
import shutil
import subprocess
import unittest

import h5py
import numpy

from reading_test import BIN, MEASURED, SAMPLE, ReadingTest


class Strangers(ReadingTest):
    """A file whose texts try to speak to the terminal, to a spreadsheet, to a browser."""

    SPEECH = b"\x1b]0;owned\x07\x1b[2J\xc2\x9b31m\xff\xe2\x80\xae[click](http://x.org) ![i](http://x.org/i)<img src=x>"

    def setUp(self):
        super().setUp()
        self.file = self.folder / "stranger.h5"
        shutil.copy(SAMPLE, self.file)
        with h5py.File(self.file, "r+") as file:
            for table in ("cases", "ranks"):
                rows = file["tables"][table][...]
                for column in ("label", "reason", "model", "precision", "host", "device", "device_uuid"):
                    if column in rows.dtype.names:
                        rows[column] = [(b"=1+1" + self.SPEECH)[: 100] for _ in rows]
                file["tables"][table][...] = rows
            for name in ("title", "institution", "source", "created", "history"):
                self.speak(file, name)
            for name in ("config", "command_line", "topology"):
                self.speak(file["provenance"], name)
            self.speak(file["provenance/environment"], "SLURM_JOB_NAME")

    def speak(self, group, name):
        text = b"=1+1" + self.SPEECH
        group.attrs.create(name, text, dtype=h5py.string_dtype("utf-8"))

    def assert_harmless(self, said):
        codes = {ord(character) for character in said.decode("utf-8")} - set(b"\n\r\t")
        controls = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
        self.assertEqual(codes & controls, set(), said[:200])

    def test_no_command_hands_its_speech_on(self):
        out = self.folder / "out"
        for arguments in (["info", self.file], ["report", self.file, "--output", out],
                          ["compare", SAMPLE, self.file, "--output", self.folder / "compared"],
                          ["predict", self.file, "--gpus", "2", "--output", self.folder / "predicted"]):
            run = subprocess.run([BIN / "scalemark", *map(str, arguments)], capture_output=True, timeout=60)
            self.assertIn(run.returncode, (0, 1, 2))
            self.assertTrue(run.stdout or run.stderr)
            self.assert_harmless(run.stdout)
            self.assert_harmless(run.stderr)
        for path in [*out.iterdir(), *(self.folder / "compared").iterdir()]:
            self.assert_harmless(path.read_bytes())
            if path.suffix == ".csv":
                with open(path, newline="") as file:
                    for cell in (cell for row in csv.reader(file) for cell in row):
                        self.assertFalse(cell[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"[-+]?[0-9.e+-]+", cell), cell)
            elif path.suffix == ".md":
                unescaped = re.sub(r"```yaml.*?```", "", path.read_text(), flags=re.S)
                self.assertEqual(re.findall(r"(?<!\\)\]\(|(?<!\\)!\[|(?<!\\)<(?! )|https?:", unescaped), [])
            elif path.suffix == ".jsonl":
                for line in path.read_text().splitlines():
                    json.loads(line)

    def test_a_message_that_quotes_the_file_is_one_harmless_line(self):
        with h5py.File(self.file, "r+") as file:
            file.attrs.modify("schema", self.SPEECH)
        run = subprocess.run([BIN / "scalemark", "info", self.file], capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 2)
        self.assertEqual(run.stderr.count(b"\n"), 1)
        self.assert_harmless(run.stderr)

    def test_texts_and_samples_beyond_what_a_file_may_hold(self):
        def refused(change):
            path = self.folder / "large.h5"
            shutil.copy(SAMPLE, path)
            change(path)
            for arguments in (["info", path], ["report", path, "--output", self.folder / "none"]):
                said = self.assert_refused(*arguments)
            return said

        def long_label(path):
            with h5py.File(path, "r+") as file:
                rows = file["tables/cases"][...]
                rows["label"] = "x" * 20_000
                file["tables/cases"][...] = rows

        def zeros(path):
            with h5py.File(path, "r+") as file:
                case = file["cases"][MEASURED]
                for name in [name for name in case if "step" == name or name == "loss"]:
                    del case[name]
                case.create_dataset("loss", data=numpy.zeros(5_000_000, "f4"), compression="gzip", chunks=(1_000_000,))

        self.assertIn("20000 bytes in 'label', where 100 are the most", refused(long_label))
        self.assertIn("of samples and texts, where", refused(zeros))
        self.assertIn("for what of it is on the disk", refused(lambda path: os.truncate(path, 1 << 30)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
