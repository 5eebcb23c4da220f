"""scripts/node-acceptance in its rehearsal on CPU ranks: its page, a check that fails, what has no GPU, and a list cut short."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).parents[2]
SCRIPT = ROOT / "scripts/node-acceptance"
BIN = os.environ["SCALEMARK_BIN"]
COLUMNS = ["check", "verdict", "number", "limit", "command", "log"]
TRIED = {"the launch", "a killed rank, graphs live", "a stopped rank, graphs live", "rank invariance in fp64", "comm beside the links",
         "memory over 20 visits", "max_batch", "GPUs of idle ranks"}


class Acceptance(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name) / "page"

    def start(self, *options, **environment):
        return subprocess.Popen([sys.executable, SCRIPT, "--rehearse", "--programs", BIN, "--output", self.folder, *options],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})

    def rehearse(self, *options, **environment):
        with self.start(*options, **environment) as process:
            out, log = process.communicate(timeout=420)
        return process.returncode, out + log

    def rows(self):
        """The page's table: a row by check's title."""
        lines = [line for line in (self.folder / "acceptance.md").read_text().splitlines() if line.startswith("| ")]
        table = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
        self.assertEqual(table[0], COLUMNS)
        return {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in table[1:]}

    def test_the_rehearsal_passes_and_says_what_needs_a_gpu(self):
        code, log = self.rehearse()
        page = (self.folder / "acceptance.md").read_text()
        self.assertEqual(code, 0, log + page)
        rows = self.rows()
        self.assertEqual(len(rows), 18)
        for title, row in rows.items():
            if title in TRIED:
                self.assertEqual(row["verdict"], "pass", log)
                self.assertTrue(row["number"] and row["limit"] and "scalemark" in row["command"], row)
                self.assertTrue((self.folder / row["log"].strip("`")).stat().st_size, row)
            else:
                self.assertEqual((row["verdict"], row["number"]), ("not run", "needs a GPU"))
        self.assertIn("**0 failed**; 8 passed, 0 not applicable, 10 not run", page)
        self.assertIn("CPU ranks: a rehearsal", page)
        self.assertRegex(rows["a killed rank, graphs live"]["number"], r"^\d+\.\d s, exit code \d+, 0 process\(es\) left: rank 1 on \S+ died")

    def test_a_reduction_left_out_breaks_rank_invariance(self):
        code, log = self.rehearse("--only", "rank-invariance,max-batch", SCALEMARK_FAULT="*:collective@3:skip")
        self.assertEqual(code, 1, log)
        rows = self.rows()
        self.assertEqual(rows["rank invariance in fp64"]["verdict"], "**fail**", log)
        self.assertIn("losses of 1, 2, 4 ranks within", rows["rank invariance in fp64"]["number"])
        self.assertEqual(rows["max_batch"]["verdict"], "pass", "a check that fails does not end the list")

    def test_a_check_that_hangs_fails_at_its_cap(self):
        code, log = self.rehearse("--only", "rank-invariance", "--minutes", "0.25", SCALEMARK_FAULT="1:collective@3:hang")
        self.assertEqual(code, 1, log)
        row = self.rows()["rank invariance in fp64"]
        self.assertEqual(row["verdict"], "**fail**")
        self.assertRegex(row["number"], r"still running after \d+ s")

    def test_a_job_that_is_ended_leaves_its_page_and_no_process(self):
        process = self.start("--only", "memory,idle")
        log = self.folder / "memory.log"
        end = time.monotonic() + 60
        while not (log.exists() and log.stat().st_size) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 5)
        self.assertEqual({row["verdict"] for row in self.rows().values()}, {"not run"})
        tag = f"SCALEMARK_ACCEPTANCE={process.pid}-".encode()
        left = [path for path in pathlib.Path("/proc").glob("[0-9]*/environ") if self.holds(path, tag)]
        self.assertEqual(left, [])

    @staticmethod
    def holds(path, tag):
        try:
            return tag in path.read_bytes()
        except OSError:
            return False

    def test_without_a_gpu_it_says_how_to_rehearse(self):
        run = subprocess.run([sys.executable, SCRIPT, "--programs", BIN, "--output", self.folder], capture_output=True, text=True,
                             env={**os.environ, "PATH": "/nowhere"})
        self.assertEqual(run.returncode, 2)
        self.assertIn("--rehearse", run.stderr)

    def test_the_list_of_gpu_tests_is_that_of_the_label(self):
        declared = set()
        for path in (ROOT / "tests").glob("*/CMakeLists.txt"):
            for call in re.findall(r"scalemark_test\(([^)]*)\)", path.read_text()):
                if re.search(r"LABELS\s[^)]*\bgpu\b", call):
                    declared.add(call.split()[0])
        listed = {line.split()[0] for line in (ROOT / "scripts/gpu-tests").read_text().splitlines() if not line.startswith("#")}
        self.assertEqual(listed, declared)


if __name__ == "__main__":
    unittest.main(verbosity=2)
