"""A loss that is not finite on one rank makes the case invalid for all, and keeps it out of every speed-up."""

import unittest

from fault_runs import FaultTest
from scalemark_runs import TINY, statuses


class Invalid(FaultTest):
    SWEEP = TINY

    def test_not_finite_on_one_rank(self):
        ended = self.run_with("1:loss@2:nan", ranks=2)
        self.assertEqual(set(ended.codes.values()), {3}, ended.log)
        cases = statuses(self.output)
        # Rank 1 takes part in cases on two ranks alone, and the smaller batch comes first.
        self.assertEqual({case: status for case, (status, _) in cases.items()},
                         {"gpus=1,batch_size=2": "ok", "gpus=2,batch_size=2": "invalid", "gpus=1,batch_size=4": "ok",
                          "gpus=2,batch_size=4": "ok"})
        self.assertIn("not finite", cases["gpus=2,batch_size=2"][1])
        tables = self.report_tables()
        for table, speedup in (("strong_scaling_fixed_data_set", "speedup"), ("weak_scaling", "scaled_speedup")):
            rows = {row["case"]: row for row in tables[table]}
            self.assertGreater(float(rows["gpus=2,batch_size=4"][speedup]), 0)
            self.assertEqual(rows["gpus=2,batch_size=2"][speedup], "", "no number")
            self.assertIn("not finite", rows["gpus=2,batch_size=2"]["remark"], "and the reason")
        self.assertEqual([row["case"] for row in tables["lost_speedup_fixed_batch_per_rank"]], ["gpus=2,batch_size=4"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
