// Feeds mutated inputs to a target: fuzz_driver results|import [--inputs N] [--seed S] [--keep FILE]
// The input in hand lies in FILE (default: a temporary one), so that it is there after a crash.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "fuzz/fuzz_targets.h"
#include "fuzz/mutations.h"
#include "published/figure_columns.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace {

namespace fs = std::filesystem;
using namespace scalemark;

struct Options {
  std::string target;
  unsigned long inputs = 1000;
  unsigned long seed = 1;
  std::string keep;
};

/// What a run saw; the slowest input is the one to look at.
struct Tally {
  unsigned long accepted = 0;
  unsigned long refused = 0;
  double slowest_seconds = 0.0;  ///< of processor time
};

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_content(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string sample_results() {
  const std::string path = results::testing::fresh_path("sample.h5");
  auto store = results::ResultStore::create(path, results::testing::sample_header());
  store.put_case(results::testing::full_case("a"));
  store.put_case(results::testing::full_case("b"));
  store.put_case(results::testing::skipped_case("c"));
  store.commit();
  return content_of(path);
}

constexpr const char* kSampleFigures =
    "# title: t\n# source: "
    "s\ncase,status,reason,model,ranks,batch_per_rank,global_batch,step_seconds,epoch_seconds,images,"
    "device\na,ok,,m,1,8,8,0.5,18.07,50000,V100\n\"b, \"\"c\"\"\",ok,,m,2,8,,,10.2,50000,V100\nd,oom,why,m,4,,64,,,,\n";

std::vector<std::string> csv_words() {
  std::vector<std::string> words{"# source: x\n",       "\"", "\"\"", ",", "\r\n", "nan", "-1", "1e308",
                                 "9223372036854775807", "0"};
  for (const auto& column : published::figure_columns()) words.push_back(column.name);
  return words;
}

/// Half of the inputs are damaged as bytes, half as objects whose checksums are right.
bool try_results(const std::string& sample, const fs::path& input, fuzz::Random& random) {
  std::string bytes = sample;
  const bool objects = fuzz::below(random, 2) == 0;
  if (!objects) fuzz::mutate_bytes(bytes, {}, random);
  write_content(input, bytes);
  if (objects) fuzz::mutate_objects(input, random);
  return fuzz::fuzz_results(input);
}

bool try_import(const std::string& sample, const fs::path& input, fuzz::Random& random) {
  static const std::vector<std::string> words = csv_words();
  std::string text = sample;
  fuzz::mutate_bytes(text, words, random);
  write_content(input, text);
  return fuzz::fuzz_import(text);
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

Tally run(const Options& options, const fs::path& input) {
  const bool results_target = options.target == "results";
  const std::string sample = results_target ? sample_results() : kSampleFigures;
  fuzz::Random random(options.seed);
  Tally tally;
  for (unsigned long i = 0; i < options.inputs; ++i) {
    const double begin = processor_seconds();
    const bool accepted = results_target ? try_results(sample, input, random) : try_import(sample, input, random);
    ++(accepted ? tally.accepted : tally.refused);
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
    } else if (name == "--inputs" ? !read_number(argv[i + 1], options.inputs)
                                  : name != "--seed" || !read_number(argv[i + 1], options.seed)) {
      return false;
    }
  }
  return options.target == "results" || options.target == "import";
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
  if (!parse(argc, argv, options)) {
    std::cerr << "usage: fuzz_driver results|import [--inputs N] [--seed S] [--keep FILE]\n";
    return 2;
  }
  const fs::path input =
      options.keep.empty() ? fs::path(results::testing::fresh_path("input")) : fs::path(options.keep);
  try {
    const Tally tally = run(options, input);
    std::cout << tally.accepted << " inputs accepted, " << tally.refused << " refused; slowest "
              << tally.slowest_seconds << " s of processor time, peak memory " << peak_kilobytes() / 1024 << " MiB\n";
  } catch (const std::exception& error) {
    std::cerr << "fuzz_driver: " << error.what() << "; see it again with --keep FILE and the same seed\n";
    return 1;
  }
  return 0;
}
