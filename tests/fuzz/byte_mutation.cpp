#include <algorithm>
#include <array>

#include "fuzz/mutations.h"

namespace scalemark::fuzz {
namespace {

constexpr std::array<unsigned char, 8> kExtremes = {0x00, 0xff, 0x7f, 0x80, 0x01, '"', ',', '\n'};

void overwrite_run(std::string& bytes, Random& random) {
  const std::size_t at = below(random, bytes.size());
  const std::size_t length = std::min(bytes.size() - at, std::size_t{1} << below(random, 4));
  const auto value = static_cast<char>(kExtremes[below(random, kExtremes.size())]);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length, value);
}

void copy_part(std::string& bytes, Random& random) {
  const std::size_t from = below(random, bytes.size());
  const std::string part = bytes.substr(from, 1 + below(random, 64));
  const std::size_t to = below(random, bytes.size());
  if (below(random, 2) == 0) {
    bytes.insert(to, part);
  } else {
    bytes.replace(to, part.size(), part);
  }
}

void mutate_once(std::string& bytes, std::span<const std::string> words, Random& random) {
  if (bytes.empty()) bytes.push_back('x');
  const std::size_t at = below(random, bytes.size());
  switch (below(random, words.empty() ? 5 : 6)) {
    case 0:
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << below(random, 8)));
      break;
    case 1:
      overwrite_run(bytes, random);
      break;
    case 2:
      bytes.erase(at, 1 + below(random, 16));
      break;
    case 3:
      copy_part(bytes, random);
      break;
    case 4:
      if (below(random, 8) == 0) bytes.resize(at);
      break;
    default:
      bytes.insert(at, words[below(random, words.size())]);
  }
}

}  // namespace

void mutate_bytes(std::string& bytes, std::span<const std::string> words, Random& random) {
  for (std::size_t left = 1 + below(random, 8); left > 0; --left) mutate_once(bytes, words, random);
}

}  // namespace scalemark::fuzz
