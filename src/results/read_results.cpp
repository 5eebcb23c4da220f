#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <system_error>

#include "core/error.h"
#include "core/units.h"
#include "results/durable_file.h"
#include "results/isolated.h"
#include "results/result_image.h"
#include "results/result_store.h"

namespace scalemark::results {
namespace {

constexpr std::size_t kLimitBytes = 4 * kGibibyte;

/// About ten times what a sound file of this size takes.
unsigned parse_limit_seconds(std::size_t bytes) { return static_cast<unsigned>(2 + bytes / kMebibyte); }

/// Several times what a sound file of this size takes: texts that share one place in the file would multiply without
/// end.
std::size_t parse_limit_bytes(std::size_t bytes) { return 256 * kMebibyte + 16 * bytes; }

/// What a file says of itself goes into messages: without the characters that would break the line or steer a terminal.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  constexpr std::size_t kMostCharacters = 500;
  return text.substr(0, kMostCharacters);
}

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  try {
    return read_file(path, kLimitBytes);
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: cannot be read: {}", path.string(), error.code().message()));
  }
}

bool starts_as_hdf5(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  return bytes.size() >= kSignature.size() &&
         std::equal(kSignature.begin(), kSignature.end(), bytes.begin(),
                    [](unsigned char wanted, std::byte found) { return std::byte{wanted} == found; });
}

}  // namespace

ResultFile read_results(const std::filesystem::path& path) {
  std::vector<std::byte> bytes = read_bytes(path);
  if (!starts_as_hdf5(bytes))
    throw InputError(fmt::format("{}: is not an HDF5 file{}", path.string(), bytes.empty() ? ": it is empty" : ""));
  try {
    // A child reads the file and writes it anew; this process reads only what our own writer made of it.
    std::vector<std::byte> sound = run_isolated([&] { return ResultImage().bytes(parse_image(bytes), {}); },
                                                parse_limit_seconds(bytes.size()), parse_limit_bytes(bytes.size()));
    return parse_image(sound);
  } catch (const IsolatedCrash&) {
    throw InputError(fmt::format("{}: is damaged: the HDF5 library cannot get through it", path.string()));
  } catch (const std::exception& error) {
    throw InputError(fmt::format("{}: {}", path.string(), one_line(error.what())));
  }
}

}  // namespace scalemark::results
