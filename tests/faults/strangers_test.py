"""Another user attacks a job from before it starts until it ends: on one host at the socket of its ranks, on two nodes over the
network. One rank comes late, so that the ranks have to meet under attack. They do, the sweep completes with the same losses, and
once they have met nobody listens."""

import os
import pathlib
import socket
import sys
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "cluster"))

import h5py
import two_nodes
from fault_runs import FaultTest
from scalemark_runs import ranks_of
from strangers import Strangers, listeners

LATE_CALLER = os.environ.get("SCALEMARK_LATE_CALLER", "")
LATE_SECONDS = 6
# For the one host's job, in each forward pass of rank 0: a job that lasts, and changes no loss.
DELAY = "0:forward:delay=0.2s"
LEAST_SECONDS = 20  # of attack on that job: 61 delays, and the rank that comes late, take 18 of them
SWEEP = ["--set", "sweep.gpus=[2]", "--set", "sweep.batch_size=[2,4]"]


def is_scalemarks_port(listener):
    """MPI's TCP takes the first free ports from 1024 on, and cannot stand an attack; the kernel chooses Scalemark's."""
    lowest = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return listener[0] == socket.AF_INET6 and listener[1] >= lowest


class StrangersTest(FaultTest):
    UNDISTURBED = {}

    def setUp(self):
        super().setUp()
        self.shared = self.folder / "shared"
        self.shared.mkdir()
        self.folder.chmod(0o711)
        self.shared.chmod(0o777)
        self.victim = self.shared / "victim"
        self.victim.write_text("precious")
        self.output = self.shared / "out.h5"

    def tell_mpi(self, parameter, value):
        os.environ[f"OMPI_MCA_{parameter}"] = value
        self.addCleanup(os.environ.pop, f"OMPI_MCA_{parameter}")

    def losses(self):
        with h5py.File(self.output) as file:
            return {case: list(file[f"cases/{case}/loss"][:]) for case in file["cases"]}

    def undisturbed_losses(self):
        """Of two ranks on one host or two: a sum of two numbers has one order. Measured once."""
        if not self.UNDISTURBED:
            ended = self.run_with("", *SWEEP, ranks=2)
            self.assertEqual(ended.code, 0, ended.log)
            self.UNDISTURBED.update(self.losses())
            self.output.unlink()
        return self.UNDISTURBED

    def run_under_attack(self, strangers, is_target, fault="", **options):
        """@returns how it ended, and what the job listened at, look by look: before there was an output, and afterwards."""
        self.addCleanup(strangers.leave)
        strangers.plant_links(self.output)
        meeting, later = [], []

        def watch(process):
            while process.poll() is None:
                found = [at for rank in ranks_of(process) for at in listeners(rank) if is_target(at)]
                if found:
                    strangers.tell(found)  # and they go on calling there when nobody listens any more
                (later if self.output.exists() else meeting).append(found)
                time.sleep(0.05)

        late = f'[ "$OMPI_COMM_WORLD_RANK" = 0 ] || export LD_PRELOAD={LATE_CALLER} SCALEMARK_LATE_SECONDS={LATE_SECONDS}'
        ended = self.run_with(fault, *SWEEP, ranks=2, during=watch, limit=f"ulimit -n 1024; {late}", **options)
        calls, connections = strangers.calls()
        print(f"attacked for {strangers.seconds():.1f} s: {calls} calls, {connections} connections", file=sys.stderr)
        return ended, meeting, later

    def assert_undisturbed(self, ended, meeting, later, losses):
        self.assertEqual((ended.code, ended.codes), (0, {0: 0, 1: 0}), ended.log)
        self.assertNotIn("cannot reach", ended.log)
        self.assertEqual(self.losses(), losses)
        print(f"{sum(map(len, losses.values()))} losses of {len(losses)} cases as in an undisturbed job", file=sys.stderr)
        self.assertTrue(any(meeting), "the strangers were told where the ranks were meeting")
        self.assertEqual([found for found in later[len(later) // 2:] if found], [], "nobody listens once the ranks have met")
        self.assertEqual(self.victim.read_text(), "precious")
        self.assertTrue(any(self.shared.glob("out.h5.partial-*")), "the links were there")

    def test_on_one_host(self):
        self.tell_mpi("btl", "self,vader")  # nothing else in a rank listens then
        losses = self.undisturbed_losses()
        strangers = Strangers(self.shared)
        result = self.run_under_attack(strangers, lambda at: True, fault=DELAY)
        self.assertGreater(strangers.seconds(), LEAST_SECONDS, "the job ended early")
        self.assert_undisturbed(*result, losses)

    def test_over_the_network(self):
        if two_nodes.why_not():
            self.skipTest(two_nodes.why_not())
        losses = self.undisturbed_losses()
        with two_nodes.TwoNodes() as nodes:
            launcher = nodes.mpirun(ranks_per_node=1)
            strangers = Strangers(self.shared, host=nodes.address(1), network=nodes.network_file(2))
            result = self.run_under_attack(strangers, is_scalemarks_port, launcher=launcher)
            strangers.leave()
        self.assert_undisturbed(*result, losses)


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: only root can start processes as another user", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
