#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text/shown_text.h"
#include "core/units.h"
#include "results/case_summary.h"
#include "results/durable_file.h"
#include "results/isolated.h"
#include "results/limits.h"
#include "results/result_image.h"
#include "results/result_store.h"

namespace scalemark::results {
namespace {

constexpr std::size_t kLimitBytes = 4 * kGibibyte;

/// About ten times what a sound file of this size takes.
unsigned parse_limit_seconds(std::size_t stored) { return static_cast<unsigned>(2 + stored / kMebibyte); }

/// Several times what a sound file of this size takes: texts that share one place in the file would multiply without
/// end.
std::size_t parse_limit_bytes(std::size_t stored) { return 256 * kMebibyte + 16 * stored; }

/// What a file says of itself goes into messages.
std::string one_line(const std::string& text) {
  constexpr std::size_t kMostBytes = 500;
  return shown_line(text.substr(0, kMostBytes));
}

/// A file's bytes, and how many of them are no hole.
struct Content {
  std::vector<std::byte> bytes;
  std::size_t stored = 0;
};

Content read_content(const std::filesystem::path& path) {
  try {
    const std::size_t stored = stored_bytes(path);
    return {read_file(path, std::min(kLimitBytes, most_held_bytes(stored))), stored};
  } catch (const std::system_error& error) {
    const bool large = error.code() == std::errc::file_too_large;
    throw InputError(fmt::format("{}: cannot be read: {}{}", path.string(), error.code().message(),
                                 large ? ", for what of it is on the disk" : ""));
  }
}

/// The columns that the tables of the first minors lack, or have from other estimators, come from the samples.
constexpr std::int64_t kFirstMinorOfMeans = 2;

ResultFile parse_tables(std::vector<std::byte>& bytes) {
  ResultFile file = parse_image(bytes, FileParts::kWithoutSamples);
  if (file.schema_minor >= kFirstMinorOfMeans) return file;
  ResultFile whole = parse_image(bytes);
  for (std::size_t i = 0; i < file.cases.size(); ++i) file.cases[i].row = row_from_samples(whole.cases[i]);
  return file;
}

/// In a process of its own: what the library makes of a stranger's bytes, written anew by our own writer.
std::vector<std::byte> write_anew(std::vector<std::byte>& bytes, std::size_t stored, FileParts parts) {
  try {
    const ResultFile file = parts == FileParts::kAll ? parse_image(bytes) : parse_tables(bytes);
    check_limits(file, stored);
    return ResultImage().bytes(file, {});
  } catch (const std::length_error&) {
    throw Hdf5Error("is damaged: it claims a size that nothing can have");
  } catch (const std::out_of_range&) {
    throw Hdf5Error("is damaged: its parts do not fit together");
  }
}

bool starts_as_hdf5(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  return bytes.size() >= kSignature.size() &&
         std::equal(kSignature.begin(), kSignature.end(), bytes.begin(),
                    [](unsigned char wanted, std::byte found) { return std::byte{wanted} == found; });
}

ResultFile read_parts(const std::filesystem::path& path, FileParts parts) {
  Content content = read_content(path);
  if (!starts_as_hdf5(content.bytes)) {
    throw InputError(
        fmt::format("{}: is not an HDF5 file{}", path.string(), content.bytes.empty() ? ": it is empty" : ""));
  }
  try {
    // A child reads the file and writes it anew; this process reads only what our own writer made of it.
    std::vector<std::byte> sound = run_isolated([&] { return write_anew(content.bytes, content.stored, parts); },
                                                parse_limit_seconds(content.stored), parse_limit_bytes(content.stored));
    std::vector<std::byte>().swap(content.bytes);
    return parse_image(sound);
  } catch (const IsolatedCrash&) {
    throw InputError(fmt::format("{}: is damaged: the HDF5 library cannot get through it", path.string()));
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: {}", path.string(), one_line(error.what())));
  }
}

/// To start a child costs more than to read the tables of a file.
constexpr std::size_t kFilesPerChild = 16;

/// What a child sends of several files: the size of each, and its bytes.
void append_sized(std::vector<std::byte>& all, std::span<const std::byte> bytes) {
  const std::uint64_t size = bytes.size();
  const auto sized = std::as_bytes(std::span(&size, 1));
  all.insert(all.end(), sized.begin(), sized.end());
  all.insert(all.end(), bytes.begin(), bytes.end());
}

std::vector<std::byte> take_sized(std::span<const std::byte>& all) {
  std::uint64_t size = 0;
  if (all.size() < sizeof size) throw std::runtime_error("a child sent too little");
  std::memcpy(&size, all.data(), sizeof size);
  all = all.subspan(sizeof size);
  if (all.size() < size) throw std::runtime_error("a child sent too little");
  const auto own = all.first(size);
  all = all.subspan(size);
  return {own.begin(), own.end()};
}

/// The tables of several files by one child. @throws any exception where one of them is not sound.
std::vector<ResultFile> read_batch(std::span<const std::filesystem::path> paths) {
  std::vector<Content> contents;
  std::size_t stored = 0;
  for (const auto& path : paths) {
    contents.push_back(read_content(path));
    if (!starts_as_hdf5(contents.back().bytes)) throw std::runtime_error("no HDF5");
    stored += contents.back().stored;
  }
  const auto seconds = static_cast<unsigned>(2 * paths.size()) + parse_limit_seconds(stored);
  const std::vector<std::byte> sound = run_isolated(
      [&] {
        std::vector<std::byte> all;
        for (Content& one : contents) append_sized(all, write_anew(one.bytes, one.stored, FileParts::kWithoutSamples));
        return all;
      },
      seconds, parse_limit_bytes(stored));
  std::vector<ResultFile> files;
  std::span<const std::byte> rest = sound;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<std::byte> bytes = take_sized(rest);
    files.push_back(parse_image(bytes));
  }
  return files;
}

}  // namespace

ResultFile read_results(const std::filesystem::path& path) { return read_parts(path, FileParts::kAll); }

ResultFile read_results_without_samples(const std::filesystem::path& path) {
  return read_parts(path, FileParts::kWithoutSamples);
}

std::vector<ResultFile> read_all_without_samples(std::span<const std::filesystem::path> paths) {
  std::vector<ResultFile> files;
  for (std::size_t begin = 0; begin < paths.size(); begin += kFilesPerChild) {
    const auto batch = paths.subspan(begin, std::min(kFilesPerChild, paths.size() - begin));
    std::vector<ResultFile> found;
    try {
      found = read_batch(batch);
    } catch (const std::exception&) {
      // One after the other, so that the message names the file, and damage in one is not taken for damage in all.
      found.clear();
      for (const auto& path : batch) found.push_back(read_results_without_samples(path));
    }
    std::move(found.begin(), found.end(), std::back_inserter(files));
  }
  return files;
}

}  // namespace scalemark::results
