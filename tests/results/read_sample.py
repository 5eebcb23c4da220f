"""Reads the sample file with h5py, pandas and xarray, and checks what users are promised to see there.

The expected values are those of tests/results/sample_records.cpp, worked out here again:
sample [repetition, step, rank] = base + 0.1 repetition + 0.01 step + 0.001 rank.
"""

import itertools
import pathlib
import sys
import unittest

import h5py
import numpy as np
import pandas as pd
import xarray as xr

FILE = sys.argv.pop()
CASE = "cases/resnet18-2x128"
GOLDEN = pathlib.Path(__file__).with_name("golden_schema.txt")
MEASURED = {
    "case": b"resnet18-2x128", "label": "baseline µ".encode(), "status": 0, "reason": b"", "model": b"resnet18",
    "dataset": b"fashion-mnist", "mode": b"ddp", "precision": b"bf16", "optimizer": b"sgd", "checkpointing": True,
    "ranks": 2, "devices": 2, "batch_per_rank": 128, "global_batch": 256, "loader_workers": 3, "parameters": 11173962,
    "step_seconds": 0.1, "step_seconds_low": 0.09, "step_seconds_high": 0.11, "images_per_second": 2560,
    "epoch_seconds": 23.4, "epoch_seconds_estimated": 23.4375, "first_epoch_seconds": 31.25, "load_seconds": 0.001,
    "compute_seconds": 0.08, "comm_seconds": 0.03, "exposed_comm_seconds": -0.002, "peak_memory_bytes": 1.5e9,
    "final_loss": 0.25, "train_accuracy": 0.75, "test_accuracy": 0.5, "block": 3,
    "in_flight": False, "skipped_step_fraction": 0.375,
}


def golden_columns(table):
    """The columns of a table as the golden schema lists them: "    name: type [units] long name" lines after the table's."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"/tables/{table}:"))
    columns = itertools.takewhile(lambda line: line.startswith("    "), lines[start + 1:])
    return [line.split(":")[0].strip() for line in columns]


def samples(base, repetitions, steps=4, ranks=2):
    repetition, step, rank = np.meshgrid(np.arange(repetitions), np.arange(steps), np.arange(ranks), indexing="ij")
    return base + 0.1 * repetition + 0.01 * step + 0.001 * rank


class WithH5py(unittest.TestCase):
    def setUp(self):
        self.file = h5py.File(FILE, "r")
        self.addCleanup(self.file.close)

    def test_root_attributes(self):
        self.assertEqual(self.file.attrs["schema"], "scalemark/1")
        self.assertEqual(self.file.attrs["Conventions"], "CF-1.8")
        self.assertEqual(self.file.attrs["title"], "quickstart")
        self.assertEqual(self.file.attrs["institution"], "Institut für Messtechnik")
        self.assertEqual(self.file.attrs["history"], "2024-05-06T07:08:09Z scalemark run quickstart.yaml")

    def test_order_of_visits(self):
        visit = self.file[CASE]["visit"]
        np.testing.assert_array_equal(visit, [0, 3, 4])
        self.assertEqual(visit.dims[0][0].name, f"/{CASE}/visit_repetition")

    def test_provenance(self):
        provenance = self.file["provenance"]
        self.assertEqual(provenance.attrs["config"], "name: quickstart\nmodel: resnet18\n")
        self.assertEqual(dict(provenance["environment"].attrs), {"SLURM_JOB_ID": "17", "NCCL_DEBUG": ""})
        self.assertEqual(provenance["versions"].attrs["HDF5"], "1.10.8")
        self.assertEqual(list(provenance["devices"].asstr()[:]), ["NVIDIA H100, GPU-1", "NVIDIA H100, GPU-2"])

    def test_parameters_keep_type_and_order(self):
        attributes = self.file[CASE].attrs
        self.assertEqual(attributes["train.learning_rate"], 0.1)
        self.assertIs(bool(attributes["train.checkpointing"]), True)
        self.assertEqual(attributes["train.checkpointing"].dtype, np.bool_)
        self.assertEqual(attributes["batch_size"], 128)
        self.assertEqual(attributes["train.comm_hook"], "")
        self.assertTrue(np.isnan(attributes["limits.memory"]))
        self.assertEqual(attributes["status"], "ok")
        self.assertEqual(attributes["images"], 60000)

    def test_status_is_an_enum(self):
        names = h5py.check_enum_dtype(self.file["tables/cases"].dtype["status"])
        self.assertEqual(names, {"ok": 0, "oom": 1, "failed": 2, "timeout": 3, "skipped": 4, "invalid": 5})

    def test_types(self):
        self.assertEqual(self.file[f"{CASE}/full/step_seconds"].dtype, np.float64)
        self.assertEqual(self.file[f"{CASE}/loss"].dtype, np.float32)
        self.assertEqual(self.file["cases/without-samples/loss"].dtype, np.float64)
        self.assertEqual(self.file[f"{CASE}/accuracy"].dtype, np.float32)


class WithPandas(unittest.TestCase):
    def setUp(self):
        with h5py.File(FILE, "r") as file:
            self.cases = pd.DataFrame(file["tables/cases"][:])
            self.ranks = pd.DataFrame(file["tables/ranks"][:])

    def test_columns(self):
        self.assertEqual(list(self.cases.columns), golden_columns("cases"))
        self.assertEqual(list(self.ranks.columns), golden_columns("ranks"))

    def test_columns_say_what_they_hold(self):
        with h5py.File(FILE, "r") as file:
            attributes = file["tables/cases"].attrs
            units = dict(zip(self.cases.columns, attributes["units"]))
            meanings = dict(zip(self.cases.columns, attributes["long_name"]))
        self.assertEqual((units["step_seconds"], units["global_batch"], units["model"]), ("s", "image", ""))
        self.assertEqual(meanings["model"], "network")
        self.assertTrue(all(meanings.values()))

    def test_measured_row(self):
        row = self.cases.iloc[0]
        self.assertEqual({name: row[name] for name in MEASURED}, MEASURED)

    def test_what_was_not_measured_is_nan(self):
        row = self.cases.iloc[1]
        self.assertEqual((row["status"], row["reason"].decode()), (4, "the device has no bf16"))
        columns = list(self.cases.columns)
        self.assertTrue(row[columns[columns.index("step_seconds"):columns.index("block")]].isna().all())

    def test_ranks(self):
        self.assertEqual(list(self.ranks["rank"]), [0, 1])
        self.assertEqual(list(self.ranks["peak_memory_bytes"]), [1.5e9, 1.5e9 - 1])


class WithXarray(unittest.TestCase):
    def open(self, group):
        data = xr.open_dataset(FILE, group=group, engine="h5netcdf")
        self.addCleanup(data.close)
        return data

    def test_arms(self):
        for arm, base, repetitions in (("full", 1, 3), ("no_sync", 2, 3), ("comm_only", 3, 3), ("cached_input", 4, 3), ("phases", 5, 2)):
            seconds = self.open(f"{CASE}/{arm}")["step_seconds"]
            self.assertEqual(seconds.dims, ("repetition", "step", "rank"))
            self.assertEqual(set(seconds.coords), {"repetition", "step", "rank"})
            self.assertEqual(seconds.attrs["units"], "s")
            np.testing.assert_allclose(seconds, samples(base, repetitions), rtol=1e-15)
            np.testing.assert_array_equal(seconds["rank"], [0, 1])
        self.assertAlmostEqual(float(self.open(f"{CASE}/full")["step_seconds"].sel(repetition=2, step=3, rank=1)), 1.231)

    def test_points_of_the_step(self):
        for arm, name, base in (("full", "input_wait_seconds", 6), ("full", "backward_end_seconds", 7)):
            seconds = self.open(f"{CASE}/{arm}")[name]
            self.assertEqual(seconds.dims, ("repetition", "step", "rank"))
            self.assertEqual(seconds.attrs["units"], "s")
            np.testing.assert_allclose(seconds, samples(base, 3), rtol=1e-15)
        no_sync = self.open(f"{CASE}/no_sync")
        self.assertEqual(int(no_sync["backward_end_seconds"].isnull().sum()), 1)
        self.assertNotIn("input_wait_seconds", no_sync)

    def test_buckets(self):
        data = self.open(f"{CASE}/comm_only")
        self.assertEqual(data["bucket_seconds"].dims, ("bucket", "repetition", "step", "rank"))
        np.testing.assert_allclose(data["bucket_seconds"].sel(bucket=1), samples(11, 3), rtol=1e-15)
        self.assertEqual(data["bucket_bytes"].dims, ("bucket",))
        np.testing.assert_array_equal(data["bucket_bytes"], [2**20, 25 * 2**20])

    def test_phases_are_found_by_name(self):
        data = self.open(f"{CASE}/phases")
        self.assertEqual(data["phase_seconds"].dims, ("phase", "repetition", "step", "rank"))
        np.testing.assert_allclose(data["phase_seconds"].sel(phase="backward"), samples(23, 2), rtol=1e-15)
        ready = data["bucket_ready_seconds"]
        self.assertEqual(ready.dims, ("bucket", "repetition", "step", "rank"))
        self.assertEqual(int(ready.isnull().sum()), 1)

    def test_loss_and_accuracy(self):
        data = self.open(CASE)
        self.assertEqual(data["loss"].dims, ("loss_step",))
        np.testing.assert_array_equal(data["loss"], [2.5, 2.25, 2.0, 1.5, 0.25])
        self.assertEqual(data["accuracy"].dims, ("epoch", "split"))
        self.assertEqual(float(data["accuracy"].sel(epoch=1, split="test")), 0.5)
        np.testing.assert_array_equal(data["epoch_seconds"], [31.25, 23.4])

    def test_trainings_to_a_target(self):
        """Seeds label their axis; what lies beyond a seed's last evaluation is NaN."""
        data = self.open(f"{CASE}/target")
        self.assertEqual(data["test_accuracy"].dims, ("seed", "evaluation"))
        np.testing.assert_array_equal(data["seed"], [3, 7])
        np.testing.assert_array_equal(data["ended"], [1, 0])
        np.testing.assert_array_equal(data["test_accuracy"].sel(seed=3), [0.4, 0.7, 0.9])
        np.testing.assert_array_equal(data["test_accuracy"].sel(seed=7), [0.45, np.nan, np.nan])
        np.testing.assert_array_equal(data["seconds"].sel(seed=3), [10, 20, 30.5])
        np.testing.assert_array_equal(data["epochs"].sel(seed=7), [0.5, np.nan, np.nan])
        np.testing.assert_array_equal(data["images"].sel(seed=3), [3e4, 6e4, 9e4])
        units = {name: data[name].attrs["units"] for name in ("epochs", "seconds", "images", "joules", "train_accuracy")}
        self.assertEqual(units, {"epochs": "1", "seconds": "s", "images": "image", "joules": "J", "train_accuracy": "1"})
        self.assertTrue(data["test_accuracy"].dtype == np.float64)

    def test_collectives(self):
        data = self.open("comm/all_reduce")
        np.testing.assert_array_equal(data["bytes"], [8, 1024, 2**20])
        np.testing.assert_array_equal(data["wrong"], [0, 0, 3])
        np.testing.assert_array_equal(data["in_place_wrong"], [0, 1, 0])
        for name, base in (("seconds", 40), ("in_place_seconds", 50)):
            self.assertEqual(data[name].dims, ("size", "repetition", "rank"))
            self.assertEqual(data[name].attrs["units"], "s")
            np.testing.assert_allclose(data[name], samples(base, 3, 2), rtol=1e-15)
        self.assertEqual((data.attrs["backend"], data.attrs["type"]), ("mpi", "float"))
        self.assertEqual(data.attrs["choices"].splitlines(), ["ring, ll, 1 channel", "", "tree, simple, 24 channels"])
        self.assertEqual(data.attrs["expected_bus_bandwidth"], 8e10)
        self.assertEqual(data["in_place_queued_seconds"].dims, ("size", "rank"))
        np.testing.assert_array_equal(data["in_place_queued_seconds"], [[9, 9.5], [10, 10.5], [11, 11.5]])
        self.assertTrue(np.isnan(data["graph_seconds"][1]).all())

    def test_provenance(self):
        self.assertEqual(self.open("provenance")["hosts"].dims, ("rank",))

    def test_a_case_without_samples(self):
        self.assertEqual(self.open("cases/without-samples").sizes, {"loss_step": 0})

    def test_the_whole_file_is_a_tree(self):
        """A tree's groups inherit the dimensions of those above: the sample's arms have other lengths than its case."""
        tree = xr.open_datatree(FILE, engine="h5netcdf", phony_dims="sort")
        self.addCleanup(tree.close)
        case = tree[CASE]
        self.assertEqual({arm: (case[arm].sizes["repetition"], case[arm].sizes["step"]) for arm in ("full", "phases")},
                         {"full": (3, 4), "phases": (2, 4)})
        self.assertEqual((case.sizes["loss_step"], case.sizes["visit_repetition"]), (5, 3))


if __name__ == "__main__":
    unittest.main()
