#include "app/comm_options.h"

#include <CLI/CLI.hpp>

#include "app/option_checks.h"

namespace scalemark::app {

void add_comm_options(CLI::App& command, CommOptions& options) {
  constexpr int kMostIterations = 1'000'000;
  command.add_option("--op", options.op, "all_reduce, all_gather, reduce_scatter, broadcast, sendrecv, or all of them")
      ->type_name("NAME");
  command.add_option("-b,--begin", options.begin, "the smallest size in bytes (8)")->type_name("SIZE");
  command.add_option("-e,--end", options.end, "the largest size in bytes (128M)")->type_name("SIZE");
  command.add_option("-f,--factor", options.factor, "each size is so many times the one before (2)")
      ->type_name("NUMBER")
      ->check(finite_range(1.01, 1e6));
  command.add_option("-d,--type", options.type, "float, double, half, bfloat16 or int64 (float)")->type_name("NAME");
  command.add_option("-n,--iterations", options.iterations, "timed repetitions of each size (20)")
      ->check(CLI::Range(1, kMostIterations));
  command.add_option("-w,--warmup", options.warmup, "repetitions before them (5)")
      ->check(CLI::Range(0, kMostIterations));
  command.add_option("-c,--check", options.check, "0: do not check the results (1)")->type_name("0|1");
  command.add_option("--device", options.device, "cuda: NCCL; cpu: MPI; auto: NCCL where there are GPUs (auto)")
      ->check(one_of({"auto", "cuda", "cpu"}))
      ->type_name("NAME");
  command.add_option("--output", options.output, "a result file for the samples")->type_name("FILE.h5");
  command.footer(
      "Examples:\n"
      "  mpirun -n 4 scalemark comm\n"
      "  mpirun -n 4 scalemark comm --op all_gather --begin 1M --end 1G --output links.h5\n"
      "What the numbers mean: docs/measuring.md");
}

}  // namespace scalemark::app
