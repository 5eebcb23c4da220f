#include "app/comm_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app/json_flag.h"
#include "app/option_checks.h"

namespace scalemark::app {

namespace {

/// An option of nccl-tests that says nothing new here: the one value that it may have, and what there is instead.
struct NcclTestsOption {
  const char* names;
  const char* only;
  const char* instead;
};

constexpr std::array<NcclTestsOption, 13> kNcclTestsOptions{{
    {"-g,--ngpus", "1", "each rank drives one GPU; start as many ranks: mpirun -n 8 scalemark comm"},
    {"-t,--nthreads", "1", "each rank is one thread; start as many ranks: mpirun -n 8 scalemark comm"},
    {"-m,--agg_iters", "1", "collectives are started one by one, and never grouped"},
    {"-r,--root", "0", "the root of a broadcast is rank 0"},
    {"-p,--parallel_init", "0", "all ranks connect at once"},
    {"-z,--blocking", "0", "the percentiles below the table are of repetitions that wait for each other"},
    {"-G,--cudagraph", "0", "a graph is measured too where there is a GPU: 'as graph' below the table"},
    {"-C,--report_cputime", "0", "the host's time is measured too: 'one call' below the table"},
    {"-a,--average", "1", "times are means over the ranks, and --output keeps every rank's"},
    {"-R,--local_register", "0", "buffers are not registered"},
    {"-T,--timeout", "0", "a collective that makes no progress for 5 minutes ends the job"},
    {"-S,--report_timestamps", "0", "--output keeps the time of the job"},
    {"-N,--run_cycles", "1", "run the command again for another cycle"},
}};

void add_nccl_tests_options(CLI::App& command) {
  for (const NcclTestsOption& option : kNcclTestsOptions) {
    command
        .add_option_function<std::string>(
            option.names, [](const std::string&) {}, option.instead)
        ->group("")  // not in the help
        ->check(CLI::Validator(
            [option](const std::string& value) {
              return value == option.only
                         ? std::string()
                         : fmt::format("{} is not supported, only {}: {}", value, option.only, option.instead);
            },
            ""));
  }
}

const std::vector<std::string>& reductions() {
  static const std::vector<std::string> names{"sum", "prod", "min", "max", "avg"};
  return names;
}

/// --op is nccl-tests' word for the reduction.
CLI::Validator no_reduction() {
  return CLI::Validator(
      [](const std::string& text) {
        const bool is_reduction = text == "mulsum" || std::ranges::find(reductions(), text) != reductions().end();
        return is_reduction ? fmt::format("{0} is a reduction, and --op names the collective here; write -o {0}", text)
                            : std::string();
      },
      "");
}

/// The other way round.
CLI::Validator no_collective() {
  const std::vector<std::string> collectives{"all_reduce", "all_gather", "reduce_scatter", "broadcast", "sendrecv"};
  return CLI::Validator(
      [collectives](const std::string& text) {
        return std::ranges::find(collectives, text) == collectives.end()
                   ? std::string()
                   : fmt::format("{0} is a collective, and -o names the reduction; write --op {0}", text);
      },
      "");
}

}  // namespace

void add_comm_options(CLI::App& command, CommOptions& options) {
  constexpr int kMostIterations = 1'000'000;
  command.add_option("--op", options.op, "all_reduce, all_gather, reduce_scatter, broadcast, sendrecv, or all of them")
      ->type_name("NAME")
      ->check(no_reduction());
  command.add_option("-o,--reduction", options.reduction, "sum, prod, min, max or avg (sum)")
      ->type_name("NAME")
      ->check(no_collective())
      ->check(one_of(reductions()));
  command.add_option("-b,--begin,--minbytes", options.begin, "the smallest size in bytes (8)")->type_name("SIZE");
  command.add_option("-e,--end,--maxbytes", options.end, "the largest size in bytes (128M)")->type_name("SIZE");
  command.add_option("-f,--factor,--stepfactor", options.factor, "each size is this many times the one before (2)")
      ->type_name("NUMBER")
      ->check(finite_range(1, 1e6));
  command.add_option("-i,--step,--stepbytes", options.step, "each size is this many bytes more than the one before")
      ->type_name("SIZE");
  command.add_option("-d,--type,--datatype", options.type, "float, double, half, bfloat16 or int64 (float)")
      ->type_name("NAME");
  command.add_option("-n,--iterations,--iters", options.iterations, "timed repetitions of each size (20)")
      ->check(CLI::Range(1, kMostIterations));
  command.add_option("-w,--warmup,--warmup_iters", options.warmup, "repetitions before them (5)")
      ->check(CLI::Range(0, kMostIterations));
  command.add_option("-c,--check", options.check, "0: do not check the results (1)")->type_name("0|1");
  add_nccl_tests_options(command);
  command.add_option("--device", options.device, "cuda: NCCL; cpu: MPI; auto: NCCL where there are GPUs (auto)")
      ->check(one_of({"auto", "cuda", "cpu"}))
      ->type_name("NAME");
  command.add_option("--output", options.output, "a result file for the samples")->type_name("FILE.h5");
  command.add_option("-J,--output_file", options.nccl_tests_json, "a JSON file as nccl-tests' -J writes it")
      ->type_name("FILE.json");
  command
      .add_option("--baseline", options.baseline,
                  "judge small, medium and large sizes by those of an earlier comm --output")
      ->type_name("FILE.h5");
  command
      .add_option_function<std::string>(
          "--gate", [&options](const std::string& share) { options.gate = share.empty() ? kAutoGate : share; },
          "exit code 1 where less than this share of the baseline (90%), or of what the links give (80%), is reached")
      ->type_name("[SHARE]")
      ->expected(0, 1);
  add_json_flag(command, options.json);
  command.footer(
      "Examples:\n"
      "  mpirun -n 4 scalemark comm\n"
      "  mpirun -n 4 scalemark comm --op all_gather --begin 1M --end 1G --output links.h5\n"
      "  mpirun -n 4 scalemark comm --baseline links.h5 --gate 90%   (exit code 1 where it got slower)\n"
      "  mpirun -n 4 scalemark comm -b 8 -e 1G -f 2 -n 20 -o max -d half   (as all_reduce_perf of nccl-tests)\n"
      "What the numbers mean: docs/measuring.md");
}

}  // namespace scalemark::app
