"""Scalemark's checks for ReFrame: a sweep and the collectives, with their figures as performance variables.

    reframe -C settings.py -c scalemark_reframe.py -S ScalemarkSweep.config=configs/quickstart.yaml -S num_tasks=4 -r

README.md has the variables, the names of the figures and a site's own references.
"""

import json
import os
import shlex

import reframe as rfm
import reframe.utility.sanity as sn
from reframe.core.builtins import run_before, sanity_function, variable
from reframe.utility import typecheck

END = "scalemark ended with exit code"


class ScalemarkTest(rfm.RunOnlyRegressionTest):
    """A command of Scalemark with a document in JSON; `figures` makes performance variables of that."""

    program = variable(str, value="scalemark")
    gpus_per_node = variable(int, value=0)
    srun_options = variable(typecheck.List[str], value=["--mpi=pmix", "--gpu-bind=none"])
    num_tasks = 1
    valid_systems = ["*"]
    valid_prog_environs = ["*"]
    sourcesdir = None
    document = ""  # the file that holds the JSON

    def arguments(self):
        """The words behind `scalemark`."""
        raise NotImplementedError

    def figures(self):
        """Yields name, value and unit."""
        raise NotImplementedError

    @run_before("run")
    def set_command(self):
        self.executable = shlex.quote(self.program)
        self.executable_opts = [shlex.quote(word) for word in self.arguments()]
        self.postrun_cmds = [f'echo "{END} $?"', *self.postrun_cmds]
        self.keep_files = [*self.keep_files, self.document]
        if self.gpus_per_node:
            self.num_tasks_per_node = min(self.num_tasks, self.gpus_per_node)
            self.extra_resources = {"gpu": {"num_gpus_per_node": self.num_tasks_per_node}}
        if self.job.launcher.registered_name == "srun":
            self.job.launcher.options = [*self.job.launcher.options, *self.srun_options]

    def read(self):
        with open(os.path.join(self.stagedir, self.document)) as file:
            return json.load(file)

    @sanity_function
    def ended_well(self):
        sn.evaluate(sn.assert_found(rf"^{END} 0$", self.stdout, f"{self.program} failed: see the job's stderr"))
        return sn.assert_true(self.is_complete(), f"{self.document} lacks what was to be measured")

    def is_complete(self):
        raise NotImplementedError

    @run_before("performance")
    def set_performance_variables(self):
        self.perf_variables = {name: sn.make_performance_function(sn.defer(value), unit)
                               for name, value, unit in self.figures() if value is not None}


@rfm.simple_test
class ScalemarkSweep(ScalemarkTest):
    """`scalemark run CONFIG.yaml`: of each case the step time, the throughput and, where others scale from it, the efficiency."""

    descr = "step time, throughput and efficiency of every case of a config"
    config = variable(str, value="configs/quickstart.yaml")
    overrides = variable(typecheck.List[str], value=[])  # of the config: key=value
    document = "report.json"

    def arguments(self):
        # A config of the installation has the same name everywhere; one of the user's lies where ReFrame was started.
        config = os.path.abspath(self.config) if os.path.exists(self.config) else self.config
        words = ["run", config, "--output", "result.h5"]
        for override in self.overrides:
            words += ["--set", override]
        return words

    @run_before("run")
    def add_report(self):
        self.postrun_cmds = [*self.postrun_cmds, f"{self.executable} report result.h5 --json > {self.document}"]
        self.keep_files = [*self.keep_files, "result.h5"]

    def is_complete(self):
        cases = self.read()["tables"]["cases"]["rows"]
        return bool(cases) and all(case["status"] in ("ok", "oom", "skipped") for case in cases)

    def figures(self):
        tables = self.read()["tables"]
        for case in tables["cases"]["rows"]:
            yield f"{case['case']}/step_seconds", case["step_seconds"], "s"
            yield f"{case['case']}/images_per_second", case["images_per_second"], "images/s"
        for kind in ("weak_scaling", "strong_scaling_fixed_global_batch", "strong_scaling_fixed_data_set"):
            for row in tables.get(kind, {"rows": []})["rows"]:
                yield f"{row['case']}/{kind}_efficiency", row["efficiency_fraction"], "1"


@rfm.simple_test
class ScalemarkComm(ScalemarkTest):
    """`scalemark comm`: of each collective the highest bus bandwidth over the sizes."""

    descr = "bus bandwidth of every collective"
    options = variable(typecheck.List[str], value=["-b", "1M", "-e", "64M"])
    document = "comm.json"

    def arguments(self):
        return ["comm", "--json", *self.options]

    @run_before("run")
    def redirect(self):
        self.executable_opts = [*self.executable_opts, f"> {self.document}"]

    def is_complete(self):
        document = self.read()
        return bool(document["tables"]["collectives"]["rows"]) and not document["wrong_elements"]

    def figures(self):
        best = {}
        for row in self.read()["tables"]["collectives"]["rows"]:
            bandwidth = row["bus_bandwidth_bytes_per_second"]
            if bandwidth is not None:
                best[row["collective"]] = max(best.get(row["collective"], 0), bandwidth)
        for collective, bandwidth in best.items():
            yield f"{collective}/busbw", bandwidth / 1e9, "GB/s"
