"""The link between two nodes goes down in the middle of a case: the rank beyond it is named, and the job ends."""

import os
import pathlib
import re
import sys
import threading
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "cluster"))

import two_nodes
from fault_runs import FaultTest

CASE_TIMEOUT_SECONDS = 5


class LostLink(FaultTest):
    def test_the_other_node_is_named_and_every_rank_ends(self):
        with two_nodes.TwoNodes() as nodes:

            def cut(_):
                self.wait_for(self.output.exists)
                time.sleep(3)
                nodes.cut(2)
                self.lost = time.monotonic()

            ended = self.run_with("", "--set", "measure.steps=1000", "--set", f"limits.case_timeout={CASE_TIMEOUT_SECONDS}s",
                                  "--set", "sweep.gpus=[2]", launcher=nodes.mpirun(ranks_per_node=1), during=cut)
            seconds = time.monotonic() - self.lost
            # Nobody can tell it to end: it finds out by itself, or the launcher's daemon beside it does.
            self.wait_for(lambda: "scalemark-run" not in nodes.processes(2).values(), seconds=2 * CASE_TIMEOUT_SECONDS)
            beyond = time.monotonic() - self.lost
        print(f"after the link was lost the job ended in {seconds:.1f} s and the rank beyond it in {beyond:.1f} s, "
              f"with limits.case_timeout = {CASE_TIMEOUT_SECONDS} s")
        self.assertRegex(ended.log, r"no word from rank 1 on node2 for .* it is stopped, or the network")
        self.assertEqual(ended.codes[0], 4, ended.log)


if __name__ == "__main__":
    reason = two_nodes.why_not()
    if reason:
        print(f"skipped: {reason}", file=sys.stderr)
        sys.exit(int(os.environ["SCALEMARK_SKIP_CODE"]))
    unittest.main(verbosity=2)
