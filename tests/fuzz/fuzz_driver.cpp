// Feeds mutated inputs to a target: fuzz_driver TARGET [--inputs N] [--seed S] [--keep FILE] [--sample FILE], where a
// wrong TARGET lists them. The input in hand lies in --keep's FILE (default: a temporary one), so that it is there
// after a crash; --sample writes the sound input that all others are made from, with which another fuzzer may begin.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "data/formats/pack_format.h"
#include "data/formats/pack_writer.h"
#include "data/jpeg_samples.h"
#include "fuzz/fuzz_targets.h"
#include "fuzz/mutations.h"
#include "published/figure_columns.h"
#include "results/result_store.h"
#include "results/sample_records.h"
#include "source_tree.h"

namespace {

namespace fs = std::filesystem;
using namespace scalemark;

struct Options {
  std::string target;
  unsigned long inputs = 1000;
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

std::string sample_config() { return content_of(fs::path(source_tree()) / "configs/quickstart.yaml"); }

std::string sample_network() {
  return "name: hdr100\nranks_per_node: 4\nintra_node: {latency: 3us, bandwidth: 40GB/s}\n"
         "inter_node: {latency: 5us, bandwidth: 100Gbit/s}\n";
}

const std::vector<std::string> kYamlWords{"&a ",
                                          "*a",
                                          "<<: ",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          ": ",
                                          "- ",
                                          "\n  ",
                                          "010",
                                          "!!",
                                          "null",
                                          "${HOME}",
                                          "${X:-y}",
                                          "1e999",
                                          ".nan",
                                          "-1",
                                          "true",
                                          "\"",
                                          "sweep",
                                          "cases",
                                          "gpus",
                                          "batch_size",
                                          "global_batch_size",
                                          "quick",
                                          "limits",
                                          "measure.arms",
                                          "10min",
                                          "16GiB",
                                          "9223372036854775808"};

std::string sample_idx() {
  std::string bytes("\0\0\x08\x03\0\0\0\x05\0\0\0\x04\0\0\0\x04", 16);
  return bytes + std::string(80, '\x7f');
}

std::string sample_cifar10() {
  constexpr std::size_t kRecordBytes = 3073;
  return std::string(4 * kRecordBytes, '\x05');
}

std::string sample_image() {
  const data::Bytes image = data::jpeg({});
  return {image.begin(), image.end()};
}

/// The checksums of header and index as they should be: what is behind them must stand damage too.
void seal_pack(std::string& bytes) {
  data::PackHeader header;
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.index_offset > bytes.size()) return;
  header.index_checksum = data::checksum(bytes.data() + header.index_offset, bytes.size() - header.index_offset);
  header.header_checksum = data::checksum(&header, offsetof(data::PackHeader, header_checksum));
  std::memcpy(bytes.data(), &header, sizeof header);
}

std::string sample_pack() {
  const TemporaryFolder folder;
  data::write_image_folder(folder, 2, 1);
  const fs::path pack = folder.path() / "sample.pack";
  data::write_pack({.name = "image-folder", .path = folder.path(), .images = {}, .image_size = 64, .classes = 0}, pack);
  return content_of(pack);
}

/// A reader of files from strangers.
struct Target {
  const char* name;
  const char* file_name;
  std::string sample;
  std::vector<std::string> words;  ///< of the format
  bool (*read)(const fs::path& input);
  bool has_objects = false;  ///< HDF5: half of the inputs are damaged as objects whose checksums are right
  void (*seal)(std::string& bytes) = nullptr;  ///< puts checksums right again, for half of the inputs
};

std::vector<Target> all_targets() {
  return {
      {"results", "input.h5", sample_results(), {}, fuzz::fuzz_results, true},
      {"import", "input.csv", kSampleFigures, csv_words(), fuzz::fuzz_import},
      {"config", "input.yaml", sample_config(), kYamlWords, fuzz::fuzz_config},
      {"network", "input.yaml", sample_network(), kYamlWords, fuzz::fuzz_network},
      {"idx", "input-idx3-ubyte", sample_idx(), {}, fuzz::fuzz_idx},
      {"cifar10", "test_batch.bin", sample_cifar10(), {}, fuzz::fuzz_cifar10},
      {"image", "input.jpg", sample_image(), {}, fuzz::fuzz_image},
      {"pack", "input.pack", sample_pack(), {}, fuzz::fuzz_pack, false, seal_pack},
  };
}

bool try_input(const Target& target, const fs::path& input, fuzz::Random& random) {
  std::string bytes = target.sample;
  const bool objects = target.has_objects && fuzz::below(random, 2) == 0;
  if (!objects) fuzz::mutate_bytes(bytes, target.words, random);
  if (target.seal != nullptr && fuzz::below(random, 2) == 0) target.seal(bytes);
  write_content(input, bytes);
  if (objects) fuzz::mutate_objects(input, random);
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

Tally run(const Target& target, const Options& options, const fs::path& input) {
  fuzz::Random random(options.seed);
  Tally tally;
  for (unsigned long i = 0; i < options.inputs; ++i) {
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
    } else if (name == "--inputs" ? !read_number(argv[i + 1], options.inputs)
                                  : name != "--seed" || !read_number(argv[i + 1], options.seed)) {
      return false;
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
    std::cerr << "usage: fuzz_driver TARGET [--inputs N] [--seed S] [--keep FILE] [--sample FILE]; targets:";
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
