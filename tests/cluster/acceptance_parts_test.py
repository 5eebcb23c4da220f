"""What scripts/node-acceptance reads off traces, tables and samples, on made-up ones."""

import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[2] / "scripts"))

from acceptance import page, traces
from acceptance.checks import communication, machine, memory
from acceptance.trial import Failed


def event(cat, name, begin, end, correlation=None):
    return {"ph": "X", "cat": cat, "name": name, "ts": begin, "dur": end - begin, "args": {"correlation": correlation}}


def launched(at, name, begin, end, number):
    """A kernel and the call that started it."""
    return [event("cuda_runtime", "cudaLaunchKernel", at, at + 1, number), event("kernel", name, begin, end, number)]


STEP = [event("user_annotation", "ProfilerStep#0", 0, 1000), event("user_annotation", "forward", 10, 100),
        event("user_annotation", "backward", 100, 500), event("user_annotation", "optimizer", 500, 900),
        *launched(50, "forward_kernel", 60, 190, 1), *launched(150, "backward_kernel", 200, 600, 2),
        *launched(700, "optimizer_kernel", 800, 900, 3)]
FIRST = launched(200, "ncclDevKernel_AllReduce_Sum_f32_RING_LL", 300, 700, 4)
LAST = launched(450, "ncclDevKernel_AllReduce_Sum_f32_RING_LL", 700, 800, 5)


class Traces(unittest.TestCase):
    def test_what_lies_before_the_end_of_backward_overlaps(self):
        found = traces.reductions(STEP + FIRST + LAST)
        self.assertEqual((found.durations, found.beside_backward, found.steps), ([400, 100], [300, 0], 1))
        self.assertEqual(found.begun_in_backward, 1)

    def test_reductions_behind_backward_do_not(self):
        late = launched(600, "ncclDevKernel_AllReduce_Sum_f32_RING_LL", 610, 700, 6)
        self.assertEqual(traces.reductions(STEP + late).begun_in_backward, 0)

    def test_what_is_outside_of_steps_does_not_count(self):
        before = launched(-20, "ncclDevKernel_AllReduce_Sum_f32_RING_LL", -10, 5, 7)
        self.assertEqual(traces.reductions(before + STEP).durations, [])


class Tables(unittest.TestCase):
    def test_bus_bandwidth_in_place(self):
        text = ("#       size         count      type   redop    root     time   algbw   busbw  #wrong\n"
                "     1048576        262144     float     sum      -1   120.5    8.70   13.05      0    110.2    9.51   14.27      0\n"
                "     2097152        524288     float     sum      -1   10500    0.20    0.30    N/A      N/A     N/A     N/A    N/A\n"
                "# Out of bounds values : 0 OK\n")
        self.assertEqual(communication.bus_bandwidths(text), [14.27])

    def test_the_verdict_on_the_links(self):
        said = "62.0 of 80.0 GB/s (4 NVLinks of a Tesla V100-SXM2-16GB): 78 %, less than expected"
        self.assertEqual(communication.verdicts(f"# Avg bus bandwidth    : 12\n# Links                : {said}\n#\n"), [said])
        self.assertEqual(communication.verdicts("# Avg bus bandwidth    : 12\n"), [])

    def test_pairs_of_a_topology(self):
        matrix = "\tGPU0\tGPU1\tGPU2\tCPU Affinity\nGPU0\t X \tNV2\tSYS\t0-9\nGPU1\tNV2\t X \tPHB\t0-9\nGPU2\tSYS\tPHB\t X \t10-19\n"
        self.assertEqual(machine.pairs_of(matrix), {(0, 1): "NV2", (0, 2): "SYS", (1, 2): "PHB"})

    def test_growth_leaves_out_what_has_not_settled(self):
        self.assertAlmostEqual(memory.growth([1, 50, 100, 100, 100, 100, 100, 102]), 0.02)
        self.assertAlmostEqual(memory.growth([10 * step for step in range(1, 17)]), 1.0)
        with self.assertRaises(Failed):
            memory.growth([1, 2, 3])


class Page(unittest.TestCase):
    def test_a_cell_cannot_break_the_table(self):
        row = page.Row("a check", page.FAIL, "two\nlines | and a bar", "none", "run 'a|b'", "a.log")
        (line,) = [line for line in page.text_of("Title", [], [row]).splitlines() if line.startswith("| a check")]
        self.assertEqual(line, "| a check | **fail** | two lines \\| and a bar | none | `run 'a\\|b'` | `a.log` |")

    def test_the_summary_counts(self):
        rows = [page.Row("a", page.PASS), page.Row("b", page.FAIL), page.Row("c"), page.Row("d", page.NOT_APPLICABLE)]
        self.assertEqual(page.summary(rows), "**1 failed**; 1 passed, 1 not applicable, 1 not run")


if __name__ == "__main__":
    unittest.main(verbosity=2)
