"""How a training is cut up, scaled and traced, seen from outside: in the results and by the tools that read traces."""

import json
import subprocess
import unittest

import h5py
import numpy
from hta.trace_analysis import TraceAnalysis

from scalemark_runs import BIN, RunTest

STEPS = 2
PHASES = {"load", "transfer", "forward", "backward", "reduce", "optimizer"}
CASES = f"""
    name: cuts
    device: cpu
    model: resnet10
    dataset: {{name: synthetic, images: 64, image_size: 16}}
    loader: {{workers: 1}}
    measure: {{warmup_steps: 1, steps: {STEPS}, repetitions: 1, arms: [full]}}
    cases:
      - {{label: ranks, gpus: 2, batch_size: 4, train.accumulation: 2}}
      - {{label: replicas, gpus: 2, batch_size: 4, train.mode: data_parallel}}
      - {{label: half, batch_size: 2, train.precision: fp16}}
"""


BUCKETS = """
    name: buckets
    device: cpu
    model: resnet10
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 2, repetitions: 1, arms: [full, comm_only]}
    sweep: {gpus: [2], batch_size: [2], train.bucket_mebibytes: [1, 8], train.comm_hook: [none, bf16]}
"""


def annotations(trace):
    return [event for event in trace["traceEvents"] if event.get("cat") == "user_annotation"]


class Training(RunTest):
    def setUp(self):
        super().setUp()
        self.config = self.write_config(CASES)

    def test_cuts_are_counted_right_and_traced(self):
        traces = self.folder / "trace"
        run = self.run_sweep("--set", f"measure.trace={traces}")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("ERROR:", run.stderr, "Kineto misses no GPU")
        self.check_table()
        self.check_attributes()
        self.assertEqual({path.name for path in traces.iterdir()}, {"ranks", "replicas", "half"})
        for case, ranks in {"ranks": 2, "replicas": 1, "half": 1}.items():
            self.check_traces(traces / case, ranks)

    def check_table(self):
        with h5py.File(self.output) as file:
            rows = {row["case"].decode(): row for row in file["tables/cases"][:]}
        counts = {case: tuple(row[["ranks", "devices", "batch_per_rank", "global_batch"]]) for case, row in rows.items()}
        self.assertEqual(counts, {"ranks": (2, 2, 4, 8), "replicas": (1, 2, 8, 8), "half": (1, 1, 2, 2)})
        self.assertEqual(rows["replicas"]["mode"].decode(), "data_parallel")
        for row in rows.values():
            self.assertAlmostEqual(row["images_per_second"] * row["step_mean_seconds"], row["global_batch"])

    def check_attributes(self):
        with h5py.File(self.output) as file:
            for case in ("ranks", "replicas", "half"):
                attributes = file["cases"][case].attrs
                # resnet10: 9 convolutions and 3 on shortcuts; every parameter has a gradient.
                self.assertEqual(attributes["convolution_layers"], 12)
                self.assertEqual(attributes["gradients"], 4_903_242)
            self.assertNotIn("skipped_steps", file["cases/ranks"].attrs, "fp32 has no scaler")
            half = file["cases/half"]
            self.assertLessEqual(half.attrs["skipped_steps"], 1 + STEPS)
            shares = {row["case"].decode(): row["skipped_step_fraction"] for row in file["tables/cases"][:]}
            self.assertEqual(shares["half"], half.attrs["skipped_steps"] / len(half["loss"]))
            self.assertTrue(numpy.isnan(shares["ranks"]))
        info = subprocess.run([BIN / "scalemark", "info", self.output], capture_output=True, text=True, check=True)
        self.assertIn("resnet10: 4903242 parameters, 4903242 gradients, 12 convolution layers", info.stdout)

    def check_traces(self, folder, ranks):
        analysis = TraceAnalysis(trace_dir=str(folder), include_last_profiler_step=True)
        self.assertEqual(set(analysis.t.get_all_traces()), set(range(ranks)))
        for rank in range(ranks):
            self.assertEqual(sorted(analysis.t.get_iterations(rank)), list(range(STEPS)))
            trace = json.loads((folder / f"rank{rank}.pt.trace.json").read_text())
            self.assertEqual(trace["distributedInfo"]["rank"], rank)
            self.assertEqual(trace["distributedInfo"]["world_size"], ranks)
            self.check_annotations(trace)
            self.check_memory(trace)

    def check_annotations(self, trace):
        steps = {event["name"]: event for event in annotations(trace) if event["name"].startswith("ProfilerStep#")}
        self.assertEqual(set(steps), {f"ProfilerStep#{step}" for step in range(STEPS)})
        for step in steps.values():
            inside = {event["name"] for event in annotations(trace)
                      if step["ts"] <= event["ts"] and event["ts"] + event["dur"] <= step["ts"] + step["dur"]}
            self.assertEqual(inside - set(steps), PHASES)

    def check_memory(self, trace):
        changes = [event["args"]["Bytes"] for event in trace["traceEvents"] if event["name"] == "[memory]"]
        self.assertGreater(max(changes), 1 << 18, "the activations' memory")
        self.assertLess(min(changes), 0, "and its release")

    def test_bucket_size_and_compression_are_axes_of_a_sweep(self):
        self.config = self.write_config(BUCKETS)
        run = self.run_sweep()
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            sent = {}
            for case in file["cases"].values():
                key = (float(case.attrs["train.bucket_mebibytes"]), case.attrs["train.comm_hook"])
                sent[key] = case["comm_only/bucket_bytes"][:]
        for mebibytes in (1, 8):
            plain, compressed = sent[mebibytes, "none"], sent[mebibytes, "bf16"]
            self.assertEqual(sum(plain), 4 * 4_903_242, "resnet10's gradients in float32")
            self.assertEqual([2 * size for size in compressed], list(plain))
        self.assertGreater(len(sent[1, "none"]), len(sent[8, "none"]))

    def test_a_trace_needs_a_folder_that_can_be_made(self):
        run = self.run_sweep("--set", "measure.trace=/proc/nowhere")
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("measure.trace: /proc/nowhere", run.stderr)
        self.assertFalse(self.output.exists())


if __name__ == "__main__":
    unittest.main()
