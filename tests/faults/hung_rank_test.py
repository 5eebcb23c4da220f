"""A rank that hangs is found and named within limits.case_timeout, with what every rank was doing; ranks that disagree on a
reduction are named at once."""

import unittest

from fault_runs import FaultTest


class HungRank(FaultTest):
    def assert_named(self, fault, victim, said):
        ended = self.run_with(fault)
        self.assertEqual({code for rank, code in ended.codes.items() if rank != victim}, {4}, ended.log)
        self.assertIn(said, ended.log)
        for rank in range(3):
            self.assertRegex(ended.log, rf"\n  rank {rank} on \S+: .*arm \w+, step \d+, \w+")
        return ended

    def test_a_stopped_process(self):
        for victim in (0, 2):
            with self.subTest(victim=victim):
                ended = self.run_with(f"{victim}:backward@3:stop")
                self.assertEqual({code for rank, code in ended.codes.items() if rank != victim}, {4}, ended.log)
                self.assertRegex(ended.log, rf"no word from rank {victim} on \S+ for .* it is stopped, or the network")
                self.output.unlink(missing_ok=True)

    def test_a_rank_that_never_comes_to_the_reduction(self):
        ended = self.assert_named("1:reduce@2:hang", 1, "rank 1 on ")
        self.assertRegex(ended.log, r"no rank got any further for limits.case_timeout = 5.00 s; rank 1 on \S+ is furthest behind")
        self.assertRegex(ended.log, r"rank 0 on \S+: .*waiting for bucket")

    def test_a_write_that_never_returns(self):
        for write in (3, 4):  # before a visit, which the other ranks have begun, and after it, between visits
            with self.subTest(write=write):
                ended = self.run_with(f"0:write@{write}:hang")
                self.assertEqual(set(ended.codes.values()), {4}, ended.log)
                self.assertRegex(ended.log, r"no rank got any further for limits.case_timeout = 5.00 s; rank 0 on \S+ is furthest behind")
                self.assertRegex(ended.log, rf"\n  rank 0 on \S+: writing {self.output}")
                self.output.unlink(missing_ok=True)

    def test_a_slow_case_is_not_a_hung_one(self):
        ended = self.run_with("1:forward:delay=1s", "--set", "measure.repetitions=1", "--set", "limits.case_timeout=3s")
        self.assertEqual(ended.code, 0, ended.log)


class Mismatch(FaultTest):
    def test_ranks_that_disagree_on_a_reduction_are_named(self):
        for action in ("skip", "shrink", "retype"):
            with self.subTest(action=action):
                ended = self.run_with(f"1:collective@4:{action}")
                self.assertEqual(set(ended.codes.values()), {4}, ended.log)
                self.assertRegex(ended.log, r"rank 0 on \S+ started the sum of \d+ Float \(bucket \d+ of step \d+\), "
                                            r"rank 1 on \S+ the sum of \d+ \w+ \(bucket \d+ of step \d+\)")
                self.output.unlink(missing_ok=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
