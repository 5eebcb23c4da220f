"""Four ranks on two nodes: who is where, in the results and in the report; and doctor finds what only one node lacks."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "app"))

import h5py

import two_nodes
from scalemark_runs import BIN, RunTest

SWEEP = """
    name: nodes
    device: cpu
    model: resnet10
    dataset: {name: synthetic, images: 64, image_size: 16}
    loader: {workers: 1}
    measure: {warmup_steps: 1, steps: 2, repetitions: 1}
    sweep: {gpus: [2, 4], batch_size: [2]}
"""
# On node 2 an empty folder lies over $HIDDEN.
HIDE = """
if [ "$(hostname)" = node2 ]; then
  exec unshare --mount sh -c 'mount -t tmpfs none "$HIDDEN" && exec "$0" "$@"' "$0" "$@"
fi
exec "$0" "$@"
"""


class TwoNodes(RunTest):
    @classmethod
    def setUpClass(cls):
        cls.nodes = two_nodes.TwoNodes().__enter__()
        cls.addClassCleanup(cls.nodes.__exit__)

    def doctor(self, config, *prefix):
        return subprocess.run([*self.nodes.mpirun(ranks_per_node=2), *prefix, str(BIN / "scalemark"), "doctor", str(config),
                               "--output", str(self.output)], capture_output=True, text=True, timeout=120)

    def test_a_sweep_says_which_rank_was_where(self):
        self.config = self.write_config(SWEEP)
        run = self.run_sweep(launcher=self.nodes.mpirun(ranks_per_node=2))
        self.assertEqual(run.returncode, 0, run.stderr)
        with h5py.File(self.output) as file:
            hosts = {(row["case"].decode(), int(row["rank"])): row["host"].decode() for row in file["tables/ranks"][:]}
        self.assertEqual({rank: host for (case, rank), host in hosts.items() if case == "gpus=4"},
                         {0: "node1", 1: "node1", 2: "node2", 3: "node2"})
        self.assertEqual({host for (case, _), host in hosts.items() if case == "gpus=2"}, {"node1"}, "the first node first")
        in_report = {(row["rank"], row["host"]) for row in self.report_tables()["ranks"] if row["case"].startswith("gpus=4")}
        self.assertEqual(in_report, {("0", "node1"), ("1", "node1"), ("2", "node2"), ("3", "node2")})

    def test_doctor_knows_the_nodes(self):
        run = self.doctor(self.write_config(SWEEP))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("4 rank(s) on 2 node(s)\n  node1: ranks 0 and 1, no GPU\n  node2: ranks 2 and 3, no GPU", run.stdout)

    def test_data_that_one_node_cannot_see(self):
        data = self.folder / "shared/cifar10"
        data.mkdir(parents=True)
        config = self.write_config(SWEEP.replace("{name: synthetic, images: 64, image_size: 16}", f"{{name: cifar10, path: {data}}}"))
        run = self.doctor(config, "env", f"HIDDEN={data.parent}", "sh", "-c", HIDE)
        self.assertEqual(run.returncode, 2, run.stdout + run.stderr)
        self.assertIn(f"{data}: No such file or directory, for ranks 2 and 3 (on node2)", run.stdout)

    def test_an_interface_that_is_none(self):
        config = self.write_config(SWEEP)
        run = self.doctor(config, "env", "NCCL_SOCKET_IFNAME=ib0")
        self.assertEqual(run.returncode, 4, run.stdout + run.stderr)
        self.assertIn("NCCL_SOCKET_IFNAME=ib0 matches no interface of node2; it has: eth0", run.stdout)
        self.assertEqual(self.doctor(config, "env", "NCCL_SOCKET_IFNAME=eth").returncode, 0)


if __name__ == "__main__":
    reason = two_nodes.why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
