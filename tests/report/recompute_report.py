"""Computes the numbers of a report from the samples of its file, by docs/measuring.md, with NumPy and h5py alone.

usage: recompute_report.py PROGRAM FILE.h5 ...

What a number is compared with comes from the CSV files of `PROGRAM report`; of these the script takes which case stands in
a row, its baseline and whether the two were paired, and no number.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

from recompute_targets import check_targets

NAN = float("nan")
PARTS = ("smaller_batch", "exposed_comm", "slowed_backward", "input", "waiting")


def t_quantile(degrees, level=0.95):
    """Student's t lies within +- this with the probability `level`: with t = sqrt(degrees) tan(a) its density is cos(a)^(degrees - 1)."""
    nodes, weights = numpy.polynomial.legendre.leggauss(400)

    def mass(angle):
        return angle / 2 * (weights * numpy.cos(angle / 2 * (nodes + 1)) ** (degrees - 1)).sum()

    low, high = 0.0, numpy.pi / 2
    whole = mass(high)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if mass(middle) < level * whole else (low, middle)
    return numpy.sqrt(degrees) * numpy.tan(low)


def around(estimate, half):
    return estimate, estimate - half, estimate + half


def certainty(values):
    """Variance of the mean and its degrees of freedom: from 20 values on wider where each is like the one before it."""
    count = values.size
    if count < 2:
        return NAN, NAN
    variance, deviations = values.var(ddof=1) / count, values - values.mean()
    if count < 20 or numpy.ptp(values) < 1e-13 * abs(values.mean()):
        return variance, count - 1
    measured = (deviations[1:] * deviations[:-1]).sum() / (deviations**2).sum()
    correlation = numpy.clip((count * measured + 1) / (count - 3), 0, 0.9)
    factor = (1 + correlation) / (1 - correlation)
    return variance * factor, max(3, count / factor) - 1


def mean_interval(values, level=0.95):
    values = numpy.asarray(values, float)
    values = values[numpy.isfinite(values)]
    if values.size == 0:
        return NAN, NAN, NAN
    variance, degrees = certainty(values)
    return around(values.mean(), t_quantile(degrees, level) * numpy.sqrt(variance) if values.size > 1 else NAN)


def median_interval(values):
    values = numpy.asarray(values, float)
    values = values[numpy.isfinite(values) & (values > 0)]
    estimate = numpy.median(values) if values.size else NAN
    if values.size < 2:
        return estimate, NAN, NAN
    _, low, high = mean_interval(numpy.log(values))
    return estimate, min(estimate, numpy.exp(low)), max(estimate, numpy.exp(high))


def welch_half(*sides, level=0.95):
    found = [certainty(side) for side in sides]
    total = sum(variance for variance, _ in found)
    if not total > 0:
        return 0.0 if total == 0 else NAN
    degrees_of_total = total**2 / sum(variance**2 / degrees for variance, degrees in found)
    return t_quantile(degrees_of_total, level) * numpy.sqrt(total)


def ratio_of_means(above, below, paired, level=0.95):
    if paired:
        count = min(len(above), len(below))
        above, below = above[:count], below[:count]
        ratio = above.mean() / below.mean()
        half = mean_interval(above / above.mean() - below / below.mean(), level)[2] if count > 1 else NAN
    else:
        ratio = above.mean() / below.mean()
        half = welch_half(above / above.mean(), below / below.mean(), level=level)
    return ratio, ratio * numpy.exp(-half), ratio * numpy.exp(half)


def less(minuend, subtrahend):
    """Repetition by repetition, over those that both hold: `auto` measures some cases more often than others."""
    common = min(len(minuend), len(subtrahend))
    return minuend[:common] - subtrahend[:common]


def share(here, ideal, whole, paired):
    """(here - ideal) / whole of the means."""
    if paired:
        count = min(len(here), len(ideal), len(whole))
        lost, whole = here[:count] - ideal[:count], whole[:count]
        estimate = lost.sum() / whole.sum()
        half = mean_interval(lost - estimate * whole)[2] / whole.mean() if count > 1 else NAN
        return around(estimate, half - 0.0)
    estimate = (here.mean() - ideal.mean()) / whole.mean()
    own = here - estimate * whole
    return around(estimate, welch_half(own, ideal) / whole.mean())


class Case:
    """Samples of one case; times are [repetition, step, rank]."""

    def __init__(self, file, row):
        self.row = row
        self.group = file["cases"][row["case"]]
        self.devices = max(int(row["ranks"]), int(row["devices"]))
        self.ranks, self.batch = int(row["ranks"]), int(row["global_batch"])
        self.images = int(self.group.attrs.get("images", 0))

    def arm(self, name, series="step_seconds"):
        samples = self.group.get(f"{name}/{series}")
        return samples[...] if samples is not None and samples.size else None

    def passed(self, name="full"):
        """[repetition] The time that passed over the steps."""
        samples = self.arm(name)
        return None if samples is None else samples.sum(axis=1).max(axis=1) / samples.shape[1]

    def epochs(self):
        """[epoch] As measured."""
        return self.group["epoch_seconds"][...] if "epoch_seconds" in self.group else numpy.array([])

    def images_of_epoch(self):
        """Whole batches of each rank's share, whose images the times are scaled to."""
        return -(-self.images // self.ranks) // (self.batch // self.ranks) * self.batch if self.epochs().size else 0

    def later_epochs(self):
        """[epoch] Of every image, without the first."""
        return self.epochs()[1:] * self.images / self.images_of_epoch()

    def met(self, name):
        """[repetition] The mean of each step's slowest rank."""
        samples = self.arm(name)
        return None if samples is None else samples.max(axis=2).mean(axis=1)

    def typical(self):
        return numpy.median(self.arm("full").max(axis=2), axis=1)

    def phase(self, *names):
        """[repetition, step, rank] The sum of phases; None where one was not recorded."""
        known = [text.decode() if isinstance(text, bytes) else text for text in self.group["phases/phase"][...]] \
            if "phases/phase" in self.group else []
        if any(name not in known for name in names):
            return None
        return sum(self.group["phases/phase_seconds"][known.index(name)] for name in names)

    def own_input(self, statistic):
        """[repetition, rank] Load and transfer of the labelled pass."""
        found = [self.phase(name) for name in ("load", "transfer")]
        return sum(statistic(one, axis=1) for one in found if one is not None)

    def waiting(self):
        samples = self.arm("no_sync")
        if samples is None:
            return None
        waits = self.arm("no_sync", "input_wait_seconds")
        if waits is not None:
            samples, own = samples - waits, numpy.zeros((samples.shape[0], samples.shape[2]))
        else:
            own = self.own_input(numpy.mean)
        compute = samples.mean(axis=1) - own
        fastest = int(numpy.argmin(numpy.median(compute, axis=0)))
        slowest = (samples - numpy.broadcast_to(own, (samples.shape[0], samples.shape[2]))[:, None, :]).max(axis=2)
        return slowest.mean(axis=1) - compute[:, fastest]

    def backward_end(self, arm):
        """[repetition] How long after its batch was there the last rank of a step ended backward."""
        return (self.arm(arm, "backward_end_seconds") - self.arm(arm, "input_wait_seconds")).max(axis=2).mean(axis=1)

    def slowed_backward(self):
        return self.backward_end("full") - self.backward_end("no_sync")

    def cost(self, part):
        """[repetition] Seconds of a step that go into a cause; None without the arm that tells."""
        full = self.passed()
        if part != "input" and self.ranks == 1:
            return numpy.zeros_like(full)
        if part == "waiting":
            return self.waiting()
        if part == "slowed_backward":
            return self.slowed_backward()
        without = self.passed("cached_input") if part == "input" else self.met("no_sync")
        return None if without is None else full - without


class Check:
    """Compares numbers of one file's report with what they should be."""

    def __init__(self, file, folder):
        self.folder, self.count, self.wrong = folder, 0, []
        self.cases = {row["name"]: Case(file, row) for row in self.table("cases") if row["status"] == "ok"}
        self.file = file

    def table(self, name):
        path = self.folder / f"{name}.csv"
        if not path.exists():
            return []
        with open(path, newline="", encoding="utf-8") as text:
            return list(csv.DictReader(text))

    def rows(self, name, key="case"):
        for row in self.table(name):
            case = self.cases.get(row[key])
            if case is not None and case.arm("full") is not None:
                yield row, case

    def number(self, name, row, column, expected):
        self.count += 1
        shown = float(row[column]) if row[column] else NAN
        same = numpy.isclose(shown, expected, rtol=1e-9, atol=1e-12, equal_nan=True)
        if not same:
            self.wrong.append(f"{name}: {row.get('case', row.get('name'))}: {column}: {shown}, from the samples {expected}")

    def interval(self, name, row, column, expected):
        for end, value in zip(("", "_low", "_high"), expected):
            self.number(name, row, column + end, value)

    def check_cases(self):
        for row, case in self.rows("cases", "name"):
            step = mean_interval(case.passed())
            self.interval("cases", row, "step_mean_seconds", step)
            self.interval("cases", row, "step_seconds", median_interval(case.typical()))
            self.number("cases", row, "images_per_second", case.batch / step[0])
            if case.images:
                self.number("cases", row, "epoch_seconds_estimated", case.images / case.batch * step[0])
            self.number("cases", row, "exposed_comm_seconds",
                        mean_interval(case.passed() - case.met("no_sync"))[0] if case.arm("no_sync") is not None else NAN)
            alone = case.passed("comm_only")
            self.number("cases", row, "comm_seconds", NAN if alone is None else mean_interval(alone)[0])
            for column, phases in (("load_seconds", ("load",)), ("compute_seconds", ("forward", "backward", "optimizer"))):
                found = case.phase(*phases)
                self.number("cases", row, column, NAN if found is None else found.max(axis=2).mean())

    def check_scaling(self):
        for name in ("strong_scaling_fixed_data_set", "strong_scaling_fixed_global_batch", "weak_scaling"):
            weak, epochs = name == "weak_scaling", name.endswith("data_set")
            for row, case in self.rows(name):
                if row["case"] == row["baseline"] or not row["baseline_images_per_second"]:
                    continue
                base = self.cases[row["baseline"]]
                paired = row["interval"] == "paired"
                above, below = base.passed(), case.passed()
                steps = case.images / case.batch if epochs else 1.0
                if epochs and row["epoch"] == "measured":
                    above, below = (one.later_epochs() * one.batch / one.images for one in (base, case))
                count = min(len(above), len(below)) if paired else None
                step = mean_interval(below[:count])
                self.interval(name, row, "epoch_seconds" if epochs else "step_mean_seconds", [steps * x for x in step])
                self.number(name, row, "images_per_second", case.batch / step[0])
                work = 1.0 if name.endswith("global_batch") else case.batch / base.batch
                speedup = [work * x for x in ratio_of_means(above, below, paired)]
                self.interval(name, row, "scaled_speedup" if weak else "speedup", speedup)
                ranks = case.devices / base.devices
                self.interval(name, row, "efficiency_fraction", [x / ranks for x in speedup])
                if not weak and ranks > 1:
                    serial = [(1 / x - 1 / ranks) / (1 - 1 / ranks) for x in speedup]
                    self.interval(name, row, "serial_fraction", [serial[0], serial[2], serial[1]])

    def check_lost_speedup(self):
        for name, weak in (("lost_speedup_fixed_batch_per_rank", True), ("lost_speedup_fixed_global_batch", False)):
            for row, case in self.rows(name):
                base, reference = self.cases[row["baseline"]], self.cases.get(row["same_batch_reference"])
                self.check_waterfall(name, row, case, base, reference, weak)

    def check_waterfall(self, name, row, case, base, reference, weak):
        paired = int(row["paired_repetitions"]) > 0
        ranks = case.ranks / base.ranks
        factor = 1.0 if weak else 1.0 / ranks
        whole = case.passed()
        left_here, left_ideal = whole, factor * base.passed()
        common = min(len(whole), len(base.passed())) if paired else None
        step = whole[:common].mean()
        # What the row's speed-up leaves of the ideal one, over its own repetitions.
        rest = 1 - factor * base.passed()[:common].mean() / step
        for part in PARTS:
            if not row[f"{part}_share_fraction"]:  # withheld, for a reason that the page states
                continue
            if part == "smaller_batch":
                here, ideal = numpy.zeros_like(whole), less(factor * base.passed(), reference.passed())
            else:
                before = reference or base
                here, there = case.cost(part), before.cost(part)
                if part == "exposed_comm" and row["slowed_backward_share_fraction"]:
                    here, there = less(here, case.cost("slowed_backward")), less(there, before.cost("slowed_backward"))
                ideal = there * (1.0 if reference is not None else factor)
            expected = share(here, ideal, whole, paired)
            self.check_part(name, row, part, expected, ranks, step)
            rest -= expected[0]
            left_here, left_ideal = less(left_here, here), less(left_ideal, ideal)
        residual = share(left_here, left_ideal, whole, paired)
        shifted = [rest, *(bound + rest - residual[0] for bound in residual[1:])]
        self.check_part(name, row, "residual", shifted, ranks, step)

    def check_part(self, name, row, part, expected, ideal_speedup, step):
        self.interval(name, row, f"{part}_share_fraction", expected)
        self.interval(name, row, f"{part}_lost_speedup", [ideal_speedup * x for x in expected])
        self.number(name, row, f"{part}_seconds", expected[0] * step)

    def check_arms(self):
        for row, case in self.rows("exposed_communication"):
            cost = case.passed() - case.met("no_sync")
            self.interval("exposed_communication", row, "exposed_comm_seconds", mean_interval(cost))
            self.number("exposed_communication", row, "exposed_comm_share_fraction", cost.sum() / case.passed().sum())
            self.number("exposed_communication", row, "no_sync_step_seconds", case.met("no_sync").mean())
        for row, case in self.rows("input_cost"):
            cost = case.passed() - case.passed("cached_input")
            self.interval("input_cost", row, "input_seconds", mean_interval(cost))
            self.number("input_cost", row, "input_share_fraction", cost.sum() / case.passed().sum())
            self.number("input_cost", row, "cached_input_step_seconds", case.passed("cached_input").mean())
        for row, case in self.rows("communication"):
            seconds = mean_interval(case.passed("comm_only"))
            size = case.group["comm_only/bucket_bytes"][...].sum()
            self.interval("communication", row, "comm_seconds", seconds)
            self.number("communication", row, "comm_bytes", size)
            self.number("communication", row, "algorithm_bandwidth_bytes_per_second", size / seconds[0])
            self.number("communication", row, "bus_bandwidth_bytes_per_second",
                        size / seconds[0] * 2 * (case.ranks - 1) / case.ranks)

    def check_phases(self):
        for row, case in self.rows("phases"):
            clock = case.arm("phases").mean()
            self.number("phases", row, "step_seconds", clock)
            covered = 0.0
            for column in row:
                phase = case.phase(column.removesuffix("_seconds")) if column.endswith("_seconds") else None
                if phase is not None:
                    covered += phase.mean()
                    self.number("phases", row, column, phase.mean())
                    self.number("phases", row, column.replace("_seconds", "_share_fraction"), phase.mean() / clock)
            self.number("phases", row, "gap_seconds", clock - covered)

    def check_steps(self):
        for row, case in self.rows("steps"):
            steps, means = case.arm("full").max(axis=2), case.passed()
            mean = means.mean()
            self.number("steps", row, "mean_seconds", mean)
            for column, p, fewest in (("p50_seconds", 0.5, 1), ("p95_seconds", 0.95, 40), ("p99_seconds", 0.99, 200),
                                      ("slowest_seconds", 1.0, 1)):
                self.number("steps", row, column, numpy.quantile(steps, p) if steps.size >= fewest else NAN)
            freedom = steps.size - len(steps)
            around_means = ((steps - steps.mean(axis=1, keepdims=True)) ** 2).sum()
            self.number("steps", row, "within_repetitions_fraction",
                        numpy.sqrt(around_means / freedom) / mean if freedom else NAN)
            self.number("steps", row, "between_repetitions_fraction",
                        means.std(ddof=1) / mean if len(means) > 1 else NAN)
            self.number("steps", row, "excess_fraction", (means - numpy.median(steps, axis=1)).sum() / means.sum())

    def check_epochs(self):
        for row, case in self.rows("epochs"):
            steps = case.images / case.batch
            self.interval("epochs", row, "epoch_seconds_estimated", [steps * x for x in mean_interval(case.passed())])
            epochs, images = case.epochs(), case.images_of_epoch()
            self.number("epochs", row, "images_per_epoch", images or NAN)
            later = epochs[1:].mean() if epochs.size > 1 else NAN
            whole = later * case.images / images if images else NAN
            self.number("epochs", row, "epoch_mean_seconds", whole)
            epoch = whole if numpy.isfinite(whole) else steps * case.passed().mean()
            first = epochs[0] + whole - later if epochs.size > 1 else epochs[0] * case.images / images if images else epoch
            self.number("epochs", row, "hundred_epochs_seconds", first + 99 * epoch)

    def check_devices(self):
        for row, case in self.rows("roofline"):
            rate = case.batch / case.passed().mean() / int(case.row["devices"])
            attributes = case.group.attrs
            for what in ("flops", "bytes"):
                reached = attributes.get(f"{what}_per_image", NAN) * rate
                self.number("roofline", row, f"achieved_{what}_per_second", reached)
            peak = attributes.get("sustained_flops_per_second", attributes.get("peak_flops_per_second", NAN))
            self.number("roofline", row, "model_flops_utilization", attributes.get("flops_per_image", NAN) * rate / peak)
        for row, case in self.rows("energy"):
            if row["remark"]:
                continue
            joules = case.group["machine/step_joules"][...].sum(axis=1)
            self.interval("energy", row, "joules_per_image", [x / case.batch for x in mean_interval(joules)])
            self.number("energy", row, "watts_per_gpu", joules.mean() / case.passed().mean() / case.ranks)

    def check_one_change(self):
        for row in self.table("one_change"):
            without, with_ = self.cases[row["case_without"]], self.cases[row["case_with"]]
            ratio = ratio_of_means(without.passed(), with_.passed(), row["interval"] == "paired")
            self.interval("one_change", row, "throughput_ratio", [with_.batch / without.batch * x for x in ratio])

    def check_best_setting(self):
        for row in self.table("best_setting"):
            default, one = self.cases[row["case_default"]], self.cases[row["case_gain_of"]]
            level = 1 - 0.05 / (int(row["settings"]) - 1)  # Bonferroni's, of all settings but the default
            ratio = ratio_of_means(default.passed(), one.passed(), row["interval"] == "paired", level)
            self.interval("best_setting", row, "gain_fraction", [x - 1 for x in ratio])

    def epoch(self, case):
        """Seconds with bounds: of the later epochs, or what the steps amount to."""
        epochs = case.group["epoch_seconds"][...] if "epoch_seconds" in case.group else numpy.array([])
        if epochs.size > 1:
            images = -(-case.images // case.ranks) // (case.batch // case.ranks) * case.batch
            return epochs[1:].mean() * case.images / images, NAN, NAN
        return [case.images / case.batch * x for x in mean_interval(case.passed())]

    def weak_speedup(self, case):
        """Of these the weak scaling's table says which is whose baseline, and whether the two are paired."""
        row = next((row for row in self.table("weak_scaling") if row["case"] == case.row["name"]), None)
        if row is not None and row["remark"].startswith("baseline"):
            return 1.0, NAN, NAN
        if row is None or not row["baseline_images_per_second"]:
            return NAN, NAN, NAN
        base = self.cases[row["baseline"]]
        ratio = ratio_of_means(base.passed(), case.passed(), row["interval"] == "paired")
        return [case.batch / base.batch * x for x in ratio]

    def weak_efficiency(self, case):
        row = next((row for row in self.table("weak_scaling") if row["case"] == case.row["name"]), None)
        baseline = self.cases.get(row["baseline"]) if row else None
        return [x * (baseline.devices / case.devices if baseline else 1.0) for x in self.weak_speedup(case)]

    def matrix_number(self, quantity, case):
        alone, compute = case.passed("comm_only"), case.phase("forward", "backward", "optimizer")
        if quantity == "Epoch time":
            return self.epoch(case)
        if quantity == "Step time":
            return mean_interval(case.passed())
        if quantity == "Images/s":
            return case.batch / case.passed().mean(), NAN, NAN
        if quantity == "Speed-up at a fixed batch per rank":
            return self.weak_speedup(case)
        if quantity == "Efficiency at a fixed batch per rank":
            return self.weak_efficiency(case)
        if quantity == "Computation of a step":
            return NAN if compute is None else compute.max(axis=2).mean(), NAN, NAN
        if quantity == "Communication of a step":
            return NAN if alone is None else alone.mean(), NAN, NAN
        if quantity == "Exposed communication of a step":
            exposed = NAN if case.arm("no_sync") is None else (case.passed() - case.met("no_sync")).mean()
            return exposed, NAN, NAN
        if quantity == "Bus bandwidth" and alone is not None:
            size = case.group["comm_only/bucket_bytes"][...].sum()
            return size / alone.mean() * 2 * (case.ranks - 1) / case.ranks, NAN, NAN
        return None

    def check_matrices(self):
        """Cells that one case alone can stand in, by its batch and ranks."""
        for row in self.table("matrices"):
            for column in row:
                ranks = column.removeprefix("ranks_")
                if not ranks.isdigit():
                    continue
                fitting = [case for case in self.cases.values() if case.arm("full") is not None and case.devices == int(ranks)
                           and case.batch == int(row["batch_per_rank"]) * case.devices]
                expected = self.matrix_number(row["quantity"], fitting[0]) if len(fitting) == 1 else None
                if expected is not None:
                    self.interval("matrices", {**row, "case": f"{row['quantity']}, batch {row['batch_per_rank']}"}, column, expected)

    def check_ranks(self):
        for row, case in self.rows("rank_times"):
            rank = int(row["rank"])
            steps = case.arm("full")[:, :, rank]
            for column, value in (("lowest", steps.min()), ("median", numpy.median(steps)), ("highest", steps.max())):
                self.number("rank_times", row, f"{column}_step_seconds", value)
            if case.ranks > 1 and case.arm("no_sync") is not None:
                waits = case.arm("no_sync", "input_wait_seconds")
                steps = case.arm("no_sync") - (0 if waits is None else waits)
                own = numpy.median(steps, axis=1) - (case.own_input(numpy.median) if waits is None else 0)
                self.number("rank_times", row, "compute_seconds", numpy.median(own[:, rank]))

    def all(self):
        for check in (self.check_cases, self.check_scaling, self.check_lost_speedup, self.check_arms, self.check_phases,
                      self.check_steps, self.check_epochs, self.check_devices, self.check_one_change, self.check_best_setting,
                      self.check_matrices, self.check_ranks):
            check()
        check_targets(self, t_quantile)


def main():
    program, *files = sys.argv[1:]
    wrong = []
    for file in files:
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / "report"
            subprocess.run([program, "report", file, "--output", folder, "--format", "csv"], check=True,
                           stdout=subprocess.DEVNULL)
            with h5py.File(file) as samples:
                check = Check(samples, folder)
                check.all()
        print(f"{file}: {check.count} numbers, {len(check.wrong)} differ")
        wrong += check.wrong
    print("\n".join(wrong[:40]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
