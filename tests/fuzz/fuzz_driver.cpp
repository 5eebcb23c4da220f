// Feeds mutated inputs to a target: fuzz_driver TARGET [--inputs N | --seconds S] [--seed S] [--keep FILE]
// [--sample FILE], where a wrong TARGET lists them. The input in hand lies in --keep's FILE (default: a temporary one),
// so that it is there after a crash; --sample writes the sound input that all others are made from, with which another
// fuzzer may begin.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "fuzz/fuzz_samples.h"
#include "fuzz/fuzz_targets.h"
#include "fuzz/mutations.h"
#include "results/sample_records.h"

namespace {

namespace fs = std::filesystem;
using namespace scalemark;

struct Options {
  std::string target;
  unsigned long inputs = 1000;
  unsigned long seconds = 0;  ///< where it is set, the time counts and not the inputs
  unsigned long seed = 1;
  std::string keep;
  std::string sample;
};

/// What a run saw; the slowest input is the one to look at.
struct Tally {
  unsigned long accepted = 0;
  unsigned long refused = 0;
  double slowest_seconds = 0.0;  ///< of processor time
};

void write_content(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Most of the files are still read, and are to be reported.
void change_values_or_objects(const fs::path& path, fuzz::Random& random) {
  if (fuzz::below(random, 4) == 0) {
    fuzz::mutate_objects(path, random);
  } else {
    fuzz::mutate_values(path, random);
  }
}

/// A reader of files from strangers.
struct Target {
  const char* name;
  const char* file_name;
  std::string sample;
  std::vector<std::string> words;  ///< of the format
  bool (*read)(const fs::path& input);
  /// HDF5: changes the file by the library, so that its checksums stay right; for half of the inputs.
  void (*change_objects)(const fs::path& path, fuzz::Random& random) = nullptr;
  void (*seal)(std::string& bytes) = nullptr;  ///< puts checksums right again, for half of the inputs
};

std::vector<Target> all_targets() {
  return {
      {"results", "input.h5", fuzz::sample_results(), {}, fuzz::fuzz_results, fuzz::mutate_objects},
      {"report", "input.h5", fuzz::sample_sweep(), {}, fuzz::fuzz_report, change_values_or_objects},
      {"text", "input.txt", fuzz::sample_text(), fuzz::text_words(), fuzz::fuzz_text},
      {"monitor", "input.txt", fuzz::sample_messages(), fuzz::json_words(), fuzz::fuzz_monitor},
      {"import", "input.csv", fuzz::sample_figures(), fuzz::csv_words(), fuzz::fuzz_import},
      {"config", "input.yaml", fuzz::sample_config(), fuzz::yaml_words(), fuzz::fuzz_config},
      {"network", "input.yaml", fuzz::sample_network(), fuzz::yaml_words(), fuzz::fuzz_network},
      {"idx", "input-idx3-ubyte", fuzz::sample_idx(), {}, fuzz::fuzz_idx},
      {"cifar10", "test_batch.bin", fuzz::sample_cifar10(), {}, fuzz::fuzz_cifar10},
      {"image", "input.jpg", fuzz::sample_image(), {}, fuzz::fuzz_image},
      {"pack", "input.pack", fuzz::sample_pack(), {}, fuzz::fuzz_pack, nullptr, fuzz::seal_pack},
  };
}

bool try_input(const Target& target, const fs::path& input, fuzz::Random& random) {
  std::string bytes = target.sample;
  const bool objects = target.change_objects != nullptr && fuzz::below(random, 2) == 0;
  if (!objects) fuzz::mutate_bytes(bytes, target.words, random);
  if (target.seal != nullptr && fuzz::below(random, 2) == 0) target.seal(bytes);
  write_content(input, bytes);
  if (objects) target.change_objects(input, random);
  return target.read(input);
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

/// Of this process and of the children that have ended: what an input takes, however busy the machine is.
double processor_seconds() {
  double seconds = 0.0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    seconds += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
  }
  return seconds;
}

/// A fuzzer whose sound input is refused tries nothing.
void require_sound_sample(const Target& target, const fs::path& input) {
  write_content(input, target.sample);
  fuzz::require(target.read(input), "the sound input is refused");
}

Tally run(const Target& target, const Options& options, const fs::path& input) {
  require_sound_sample(target, input);
  fuzz::Random random(options.seed);
  Tally tally;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  const auto goes_on = [&](unsigned long tried) {
    return options.seconds > 0 ? std::chrono::steady_clock::now() < end : tried < options.inputs;
  };
  for (unsigned long i = 0; goes_on(i); ++i) {
    const double begin = processor_seconds();
    ++(try_input(target, input, random) ? tally.accepted : tally.refused);
    tally.slowest_seconds = std::max(tally.slowest_seconds, processor_seconds() - begin);
  }
  return tally;
}

bool read_number(const char* text, unsigned long& number) {
  const std::string_view digits = text;
  return std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc();
}

bool parse(int argc, char** argv, Options& options) {
  if (argc < 2 || argc % 2 != 0) return false;
  options.target = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--keep") {
      options.keep = argv[i + 1];
    } else if (name == "--sample") {
      options.sample = argv[i + 1];
    } else {
      unsigned long* const number = name == "--inputs"    ? &options.inputs
                                    : name == "--seconds" ? &options.seconds
                                    : name == "--seed"    ? &options.seed
                                                          : nullptr;
      if (number == nullptr || !read_number(argv[i + 1], *number)) return false;
    }
  }
  return true;
}

/// Kilobytes at most, of this process or of one of its children.
long peak_kilobytes() {
  rusage self{};
  rusage children{};
  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  return std::max(self.ru_maxrss, children.ru_maxrss);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  const std::vector<Target> targets = all_targets();
  const bool understood = parse(argc, argv, options);
  const auto target =
      std::find_if(targets.begin(), targets.end(), [&](const Target& one) { return one.name == options.target; });
  if (!understood || target == targets.end()) {
    std::cerr
        << "usage: fuzz_driver TARGET [--inputs N | --seconds S] [--seed S] [--keep FILE] [--sample FILE]; targets:";
    for (const Target& one : targets) std::cerr << ' ' << one.name;
    std::cerr << '\n';
    return 2;
  }
  if (!options.sample.empty()) write_content(options.sample, target->sample);
  const fs::path input =
      options.keep.empty() ? fs::path(results::testing::fresh_path(target->file_name)) : fs::path(options.keep);
  try {
    const Tally tally = run(*target, options, input);
    std::cout << tally.accepted << " inputs accepted, " << tally.refused << " refused; slowest "
              << tally.slowest_seconds << " s of processor time, peak memory " << peak_kilobytes() / 1024 << " MiB\n";
  } catch (const std::exception& error) {
    std::cerr << "fuzz_driver: " << error.what() << "; see it again with --keep FILE and the same seed\n";
    return 1;
  }
  return 0;
}
