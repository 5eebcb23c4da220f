"""What a report says of trainings to an accuracy, from the group `target` of each case, by docs/measuring.md."""

import numpy

NAN = float("nan")


class Trainings:
    """The seeds of a case: where each crossed the target, [seed, (evaluation before, evaluation that reached it)]."""

    def __init__(self, case):
        group = case.group["target"]
        self.seeds = group["seed"][...]
        self.epoch_images = case.images
        accuracy = group["test_accuracy"][...]
        reached = accuracy >= case.group.attrs["measure.target.test_accuracy"]
        self.reached = reached.any(axis=1)
        at = numpy.where(self.reached, reached.argmax(axis=1), numpy.isfinite(accuracy).sum(axis=1) - 1)
        self.images, self.seconds = (self.ends(group[name][...], at) for name in ("images", "seconds"))

    @staticmethod
    def ends(series, at):
        before = numpy.concatenate([numpy.zeros((len(at), 1)), series], axis=1)
        rows = numpy.arange(len(at))
        return numpy.stack([before[rows, at], series[rows, at]], axis=1)

    def all_reached(self):
        return self.reached.all()


def within(ends):
    """Variance of a place that is as likely anywhere between the two evaluations."""
    return ((ends[:, 1] - ends[:, 0]) ** 2).mean() / 12


def mean_of(ends, t_quantile):
    low, high = ends.T
    if len(ends) == 1:
        return high[0], low[0], high[0]
    half = [t_quantile(len(ends) - 1) * numpy.sqrt(max(side.var(ddof=1), within(ends)) / len(ends)) for side in (low, high)]
    return high.mean(), max(0, low.mean() - half[0]), high.mean() + half[1]


def log_half(above, below, least, paired, t_quantile):
    """Half width of the logarithm of a ratio: `above` and `below` are [seed] relative deviations."""
    if paired:
        variance, degrees = (above - below).var(ddof=1) / len(above), len(above) - 1
    else:
        parts = [(side.var(ddof=1) / len(side), len(side) - 1) for side in (above, below)]
        variance = sum(part for part, _ in parts)
        degrees = variance**2 / sum(part**2 / own for part, own in parts) if variance else sum(own for _, own in parts)
    return t_quantile(degrees) * numpy.sqrt(max(variance, least))


def relative(values):
    return values / values.mean() - 1


def ratio_of(base, one, paired, t_quantile):
    """base / one of what was crossed."""
    estimate = base[:, 1].mean() / one[:, 1].mean()
    if not (base[:, 0].any() and one[:, 0].any()):
        return estimate, NAN, NAN
    bounds = []
    for sign, end, other in ((-1, 0, 1), (1, 1, 0)):
        above, below = base[:, end], one[:, other]
        half = 0
        if min(len(above), len(below)) > 1:
            least = within(base) / len(base) / above.mean() ** 2 + within(one) / len(one) / below.mean() ** 2
            half = log_half(relative(above), relative(below), least, paired, t_quantile)
        bounds.append(above.mean() / below.mean() * numpy.exp(sign * half))
    return estimate, *bounds


def throughput_ratio(base, one, paired, t_quantile):
    rates = [side.images[:, 1].mean() / side.seconds[:, 1].mean() for side in (base, one)]
    ratio = rates[1] / rates[0]
    if min(len(base.seeds), len(one.seeds)) < 2:
        return ratio, NAN, NAN
    above, below = (relative(side.images[:, 1]) - relative(side.seconds[:, 1]) for side in (one, base))
    half = log_half(above, below, 0, paired, t_quantile)
    return ratio, ratio * numpy.exp(-half), ratio * numpy.exp(half)


def check_targets(check, t_quantile):
    trainings = {name: Trainings(case) for name, case in check.cases.items() if "target" in case.group}
    for row in check.table("time_to_accuracy"):
        one = trainings.get(row["case"])  # of the cases that are ok
        if one is None:
            continue
        seconds, images = (mean_of(ends, t_quantile) if one.all_reached() else (NAN,) * 3 for ends in (one.seconds, one.images))
        check.interval("time_to_accuracy", row, "seconds", seconds)
        check.interval("time_to_accuracy", row, "images", images)
        check.interval("time_to_accuracy", row, "epochs", [value / one.epoch_images for value in images])
    for row in check.table("training_speedup"):
        base, one = trainings.get(row["baseline"]), trainings.get(row["case"])
        if base is None or one is None:
            continue
        if not (base.all_reached() and one.all_reached()):
            check.interval("training_speedup", row, "training_speedup", (NAN,) * 3)
            continue
        paired = numpy.array_equal(base.seeds, one.seeds)
        check.interval("training_speedup", row, "throughput_speedup", throughput_ratio(base, one, paired, t_quantile))
        check.interval("training_speedup", row, "epochs_ratio", ratio_of(base.images, one.images, paired, t_quantile))
        check.interval("training_speedup", row, "training_speedup", ratio_of(base.seconds, one.seconds, paired, t_quantile))
