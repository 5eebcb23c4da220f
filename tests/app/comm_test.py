"""`scalemark comm` from outside: nccl-tests' table, the result file, and what becomes of faults."""

import csv
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy as np

from json_documents import JsonTest
from scalemark_runs import BIN, MPIRUN

SWEEP = pathlib.Path(__file__).resolve().parents[2] / "results/quickstart/quickstart.h5"

OPERATIONS = {"all_reduce": ("sum", -1), "all_gather": ("none", -1), "reduce_scatter": ("sum", -1), "broadcast": ("none", 0), "sendrecv": ("none", -1)}
NUMBER = r"\s+([\d.]+|N/A)"
ROW = re.compile(r"^\s*(\d+)\s+(\d+)\s+(\w+)\s+(\w+)\s+(-?\d+)" + NUMBER * 8 + r"\s*$")


def as_superbench_reads(text):
    """Microseconds and busbw out of place by size, by SuperBench's rules: the table lies between the last line with out-of-place and the
    last one with Out of bounds values, and the first header line in it says which word is which, counted from the end."""
    lines = text.splitlines()
    begin = max(number for number, line in enumerate(lines) if "out-of-place" in line)
    end = max(number for number, line in enumerate(lines) if "Out of bounds values" in line)
    table = lines[begin + 1:end]
    header = next(line[1:].split() for line in table if "time" in line and "busbw" in line)
    rows = [line.split() for line in table if line.strip()[:1].isdigit()]
    time, busbw = (header.index(word) - len(header) for word in ("time", "busbw"))
    return {int(row[header.index("size")]): (float(row[time]), float(row[busbw])) for row in rows}


def by_columns(text):
    """The rows of nccl-tests' last table by the header's words, as many scripts read it: from the header to the next line with a #."""
    lines = text.splitlines()
    begin = max(number for number, line in enumerate(lines) if re.match(r"#\s+size\s+count\s+type\s+redop\s+root\s", line))
    header = lines[begin][1:].split()
    rows = [line.split() for line in itertools.takewhile(lambda line: not line.startswith("#"), lines[begin + 2:])]
    return {int(row[0]): dict(zip(header[:9], row)) for row in rows}


def average_bus_bandwidth(text):
    """As awk '/Avg bus bandwidth/ {print $NF}' does."""
    return float([line for line in text.splitlines() if "Avg bus bandwidth" in line][-1].split()[-1])


def bus_factor(operation, ranks):
    share = (ranks - 1) / ranks
    return {"all_reduce": 2 * share, "all_gather": share, "reduce_scatter": share}.get(operation, 1)


class Comm(JsonTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.output = pathlib.Path(folder.name) / "comm.h5"

    def comm(self, *arguments, ranks=2, environment=None):
        return subprocess.run([MPIRUN, "-n", str(ranks), BIN / "scalemark", "comm", "--device", "cpu", *arguments],
                              capture_output=True, text=True, timeout=240, env={**os.environ, **(environment or {})})

    def test_every_collective_at_three_ranks(self):
        run = self.comm("--op", "all", "--begin", "12", "--end", "3M", "--factor", "64", "--iterations", "4", "--warmup", "1",
                        "--output", self.output, ranks=3)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = [match.groups() for match in map(ROW.match, run.stdout.splitlines()) if match]
        with h5py.File(self.output) as file:
            self.assertEqual(set(file["comm"]), set(OPERATIONS))
            self.assertEqual(len(rows), sum(len(group["bytes"]) for group in file["comm"].values()))
            for operation, (redop, root) in OPERATIONS.items():
                of_operation, rows = rows[: len(file["comm"][operation]["bytes"])], rows[len(file["comm"][operation]["bytes"]):]
                self.check(operation, of_operation, file["comm"][operation], redop, root)
        self.assertEqual(run.stdout.count("# Out of bounds values : 0 OK"), len(OPERATIONS))
        self.assertEqual(len(re.findall(r"# Avg bus bandwidth +: [\d.]+", run.stdout)), len(OPERATIONS))
        self.assertEqual(run.stdout.count("algorithm, protocol, channels"), len(OPERATIONS))
        self.assertNotIn("# Links", run.stdout, "of CPU ranks")

    def assert_read_as_nccl_tests(self, text, sizes):
        rows = {int(match[1]): match.groups() for match in map(ROW.match, text.splitlines()) if match}
        self.assertEqual(set(rows), sizes)
        superbench, columns = as_superbench_reads(text), by_columns(text)
        for size, row in rows.items():
            self.assertEqual(superbench[size], (float(row[5]), float(row[7])))
            self.assertEqual([columns[size][name] for name in ("size", "count", "type", "redop", "root", "time", "algbw", "busbw", "#wrong")],
                             list(row[:9]))
        self.assertEqual(set(superbench) | set(columns), set(rows), "nothing else is taken for a row")
        both = [float(row[column]) for row in rows.values() for column in (7, 11)]
        self.assertAlmostEqual(average_bus_bandwidth(text), np.mean(both), delta=0.006)

    def check(self, operation, rows, group, redop, root):
        seconds = group["seconds"][:]
        self.assertEqual(seconds.shape, (len(rows), 4, 3))
        self.assertTrue((seconds > 0).all())
        self.assertTrue((group["wrong"][:] == 0).all())
        for name in ("seconds", "queued_seconds", "call_seconds"):
            self.assertEqual("in_place_" + name in group, operation != "sendrecv")
        queued, calls = group["queued_seconds"][:], group["call_seconds"][:]
        self.assertEqual(queued.shape, (len(rows), 3))
        self.assertTrue(((0 < calls) & (calls <= queued)).all())
        self.assertNotIn("graph_seconds", group)
        pieces = 3 if operation in ("all_gather", "reduce_scatter") else 1
        for row, bytes_, time in zip(rows, group["bytes"][:], queued.mean(axis=1)):
            self.assertEqual((int(row[0]), int(row[1])), (bytes_, bytes_ // 4 // pieces))
            self.assertEqual((row[2], row[3], int(row[4])), ("float", redop, root))
            self.assertAlmostEqual(float(row[5]), time * 1e6, delta=0.006 + time * 1e6 * 1e-2)
            # Two decimals of GB/s.
            self.assertAlmostEqual(float(row[6]), bytes_ / time / 1e9, delta=0.006)
            self.assertAlmostEqual(float(row[7]), bytes_ / time / 1e9 * bus_factor(operation, 3), delta=0.006)
            self.assertEqual(row[8], "0")
            self.assertEqual(row[12], "N/A" if operation == "sendrecv" else "0")

    def test_every_type(self):
        for name in ("double", "half", "bfloat16", "int64"):
            run = self.comm("--begin", "1M", "--end", "1M", "--type", name, "--iterations", "2")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("# Out of bounds values : 0 OK", run.stdout)

    def predicted(self, network, folder):
        """Seconds of communication on 2 and 4 ranks over a network."""
        run = subprocess.run([BIN / "scalemark", "predict", SWEEP, "--gpus", "2,4", "--extrapolate", "--network", network,
                              "--output", folder],
                             capture_output=True, text=True, timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(folder / "predicted_scaling_fixed_batch_per_rank.csv", newline="") as table:
            return {row["ranks"]: float(row["communication_seconds"]) for row in csv.DictReader(table)}

    def test_its_file_is_a_network_for_predict(self):
        self.assertEqual(self.comm("--end", "16M", "--factor", "16", "--iterations", "3", "--output", self.output).returncode, 0)
        slower = self.output.with_name("slower.h5")
        shutil.copy(self.output, slower)
        with h5py.File(slower, "r+") as file:
            for name in ("seconds", "in_place_seconds"):
                file["comm/all_reduce"][name][:] *= 10
        measured = self.predicted(self.output, self.output.with_name("measured"))
        ten_times = self.predicted(slower, self.output.with_name("slower"))
        self.assertEqual(set(measured), {"2", "4"})
        for ranks, seconds in measured.items():
            self.assertGreater(seconds, 0)
            self.assertAlmostEqual(ten_times[ranks] / seconds, 10, delta=0.1)
        self.check_comparisons(slower)
        self.check_report(slower)

    def check_comparisons(self, slower):
        for files, code, said in (((self.output, self.output), 0, "compared size(s)"), ((self.output, slower), 1, "collective(s) slower"),
                                  ((slower, self.output), 0, "faster"), ((self.output, SWEEP), 2, "base holds collectives"),
                                  ((SWEEP, self.output), 2, "new holds collectives")):
            run = subprocess.run([BIN / "scalemark", "compare", *files], capture_output=True, text=True, timeout=60)
            self.assertEqual(run.returncode, code, (files, run.stdout, run.stderr))
            self.assertIn(said, run.stdout + run.stderr)

    def check_report(self, slower):
        folder = self.output.with_name("report")
        run = subprocess.run([BIN / "scalemark", "report", SWEEP, self.output, slower, "--output", folder], capture_output=True, text=True,
                             timeout=60)
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(folder / "collectives.csv", newline="") as table, h5py.File(slower) as file:
            rows = [row for row in csv.DictReader(table) if row["file"] == "3" and row["place"] == "out of place"]
            group = file["comm/all_reduce"]
            self.assertEqual([int(float(row["size_bytes"])) for row in rows], list(group["bytes"][:]))
            medians = np.median(group["seconds"][:].max(axis=2), axis=1)
            queued = group["queued_seconds"][:].mean(axis=1)
            for row, bytes_, middle, time in zip(rows, group["bytes"][:], medians, queued):
                self.assertAlmostEqual(float(row["p50_seconds"]), middle, delta=1e-9 * middle)
                self.assertAlmostEqual(float(row["bus_bandwidth_bytes_per_second"]) * time / bytes_, bus_factor("all_reduce", 2), delta=1e-9)

    def test_its_table_is_read_as_nccl_tests_and_its_file_by_info_and_never_overwritten(self):
        arguments = ("--end", "512k", "--factor", "16", "--iterations", "2", "--output", self.output)
        run = self.comm(*arguments)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_read_as_nccl_tests(run.stdout, {8, 128, 2048, 32768, 524288})
        again = self.comm(*arguments)
        self.assertEqual(again.returncode, 2)
        self.assertIn("exists", again.stderr)
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, text=True)
        self.assertEqual(info.returncode, 0, info.stderr)

    def test_usage_is_answered_with_what_is_allowed(self):
        for arguments, said in ((("--op", "all_to_all"), "reduce_scatter"), (("--type", "fp8"), "bfloat16"),
                                (("--begin", "much"), "128M"), (("--begin", "2M", "--end", "1M"), "--end 1M"),
                                (("--factor", "nan"), "--factor"), (("--factor", "inf"), "--factor"),
                                (("--factor", "1"), "give --step too"), (("-f", "2", "-i", "8"), "one of the two"),
                                (("-i", "1", "-e", "1G"), "sizes; at most 100000 are allowed")):
            run = self.comm(*arguments)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertIn(said, run.stderr)
            self.assertEqual(run.stdout, "")

    def test_every_reduction_is_checked_and_recorded(self):
        for reduction, kind in (("prod", "float"), ("min", "half"), ("max", "int64"), ("avg", "bfloat16")):
            output = self.output.with_name(f"{reduction}.h5")
            run = self.comm("--op", "all", "-b", "24", "-e", "256k", "-f", "128", "-n", "2", "-w", "1", "-o", reduction, "-d", kind,
                            "--output", output, ranks=3)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            redops = [match[4] for match in map(ROW.match, run.stdout.splitlines()) if match]
            self.assertEqual(set(redops), {reduction, "none"})
            self.assertEqual(run.stdout.count("# Out of bounds values : 0 OK"), len(OPERATIONS))
            with h5py.File(output) as file:
                self.assertEqual({name: group.attrs.get("reduction", "sum") for name, group in file["comm"].items()},
                                 {name: reduction if redop == "sum" else "sum" for name, (redop, _) in OPERATIONS.items()})
        run = self.comm("--op", "broadcast", "-o", "max")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("broadcast has no reduction", run.stderr)

    def test_nccl_tests_options_and_file(self):
        file = self.output.with_name("comm.json")
        run = self.comm("-b", "4k", "-e", "12K", "-i", "4k", "-n", "3", "-w", "1", "-c", "1", "-o", "max", "-d", "double", "-m", "1", "-g", "1",
                        "-J", file)
        self.assertEqual(run.returncode, 0, run.stderr)
        rows = {int(match[1]): match.groups() for match in map(ROW.match, run.stdout.splitlines()) if match}
        self.assertEqual(set(rows), {4096, 8192, 12288})
        document = json.loads(file.read_text())
        self.assertEqual((document["version"], document["out_of_bounds"]), (2, {"count": 0, "okay": "true"}))
        self.assertEqual((document["config"]["step_bytes"], document["config"]["iterations"], len(document["config"]["devices"])), (4096, 3, 2))
        self.assertAlmostEqual(document["average_bus_bandwidth"]["bandwidth"], average_bus_bandwidth(run.stdout), delta=1e-4)
        for result in document["results"]:
            row = rows[result["size"]]
            self.assertEqual((result["count"], result["type"], result["redop"], result["root"]), (int(row[1]), row[2], row[3], row[4]))
            for place, first in (("out_of_place", 5), ("in_place", 9)):
                self.assertAlmostEqual(result[place]["time"], float(row[first]), delta=0.006 + float(row[first]) * 1e-2)
                self.assertAlmostEqual(result[place]["bus_bw"], float(row[first + 2]), delta=0.006)
                self.assertEqual(str(result[place]["nwrong"]), row[first + 3])
        again = self.comm("-e", "8", "-J", file)
        self.assertEqual((again.returncode, again.stdout), (2, ""))
        self.assertIn("choose another -J", again.stderr)

    def test_its_document(self):
        run = self.comm("--op", "all", "-b", "64k", "-e", "64k", "-n", "3", "--output", self.output, "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        document = self.read(run.stdout, "comm")
        self.assertEqual((document["wrong_elements"], len(document["hosts"])), (0, 2))
        rows = document["tables"]["collectives"]["rows"]
        self.assertEqual([list(row) for row in rows], [[column["name"] for column in document["tables"]["collectives"]["columns"]]] * 9)
        with h5py.File(self.output) as file:
            for row in rows:
                prefix = "in_place_" if row["place"] == "in place" else ""
                group = file["comm"][row["collective"]]
                self.assertEqual(row["seconds"], group[prefix + "queued_seconds"][0].sum() / 2)
                self.assertEqual(row["most_seconds"], group[prefix + "seconds"][0].max())
                self.assertIsNone(row["graph_seconds"], "a CPU keeps no graphs")
        unchecked = self.comm("-b", "8", "-e", "8", "-n", "1", "-c", "0", "--json")
        self.assertIsNone(self.read(unchecked.stdout, "comm")["wrong_elements"])

    def judged(self, code, *arguments, **more):
        run = self.comm("-b", "8", "-e", "1M", "-f", "512", "-n", "5", "--gate", "--baseline", *arguments, **more)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def test_a_baseline_judges_and_a_gate_says_so(self):
        self.assertEqual(self.comm("-b", "8", "-e", "1M", "-f", "512", "-n", "5", "--output", self.output).returncode, 0)
        was_slow, was_fast = (self.output.with_name(name) for name in ("was_slow.h5", "was_fast.h5"))
        for path, factor in ((was_slow, 1e4), (was_fast, 1e-4)):
            shutil.copy(self.output, path)
            with h5py.File(path, "r+") as file:
                for name in ("seconds", "in_place_seconds"):
                    file["comm/all_reduce"][name][:] *= factor
        worse = self.judged(1, was_fast)
        self.assertEqual(len(re.findall(r"^# +all_reduce +(?:small|medium) +baseline .* below", worse.stdout, re.M)), 1, worse.stdout)
        self.assert_read_as_nccl_tests(worse.stdout, {8, 4096})
        document = self.read(self.judged(0, was_slow, "--json").stdout, "comm")
        self.assertIs(document["passes_gate"], True)
        verdicts = document["tables"]["verdicts"]["rows"]
        self.assertEqual([(row["size_class"], row["sizes"], row["gate"], row["verdict"]) for row in verdicts],
                         [("small", 4, 0.9, "reached")])
        self.assertLess(verdicts[0]["share_low"], verdicts[0]["share"])
        self.assertIn("type float, this run half", self.judged(2, was_slow, "-d", "half").stderr)
        blind = self.comm("--gate")
        self.assertEqual((blind.returncode, blind.stdout), (2, ""))
        self.assertIn("give --baseline FILE.h5", blind.stderr)

    def test_a_rank_that_dies_ends_the_job_and_is_named(self):
        run = self.comm("--begin", "8M", "--end", "8M", "--iterations", "50", environment={"SCALEMARK_FAULT": "1:collective@20:exit"})
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("rank 1", run.stderr)
        self.assertIn("all_reduce of 8.00 MiB", run.stderr)


if __name__ == "__main__":
    unittest.main()
