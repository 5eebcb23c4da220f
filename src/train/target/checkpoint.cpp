#include "train/target/checkpoint.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "core/limits/config_limits.h"

namespace scalemark::train {
namespace {

constexpr std::string_view kMagic = "scalemark checkpoint 1\n";

/// Fowler, Noll and Vo's FNV-1a, over words of eight bytes: it finds what breaks by itself, not what is made on
/// purpose.
std::uint64_t checksum_of(std::string_view bytes) {
  constexpr std::uint64_t kPrime = 1099511628211U;
  std::uint64_t hash = 14695981039346656037U;
  for (std::size_t begin = 0; begin < bytes.size(); begin += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + begin, std::min(sizeof word, bytes.size() - begin));
    hash = (hash ^ word) * kPrime;
    hash ^= hash >> 32U;
  }
  return hash;
}

void append_number(std::string& bytes, std::uint64_t number) {
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);  // NOLINT: bytes
}

void append_text(std::string& bytes, std::string_view text) {
  append_number(bytes, text.size());
  bytes += text;
}

/// Takes values off the front of bytes; nullopt from the first that is not there whole.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> number() {
    std::uint64_t value = 0;
    if (bytes_.size() < sizeof value) return std::nullopt;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }

  std::optional<std::string> text() {
    const auto size = number();
    if (!size || *size > bytes_.size()) return std::nullopt;
    std::string value(bytes_.substr(0, *size));
    bytes_.remove_prefix(*size);
    return value;
  }

  bool is_at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

std::optional<std::vector<std::string>> read_generators(Reader& reader) {
  const auto ranks = reader.number();
  if (!ranks || *ranks > kMostRanks) return std::nullopt;
  std::vector<std::string> generators;
  generators.reserve(*ranks);
  for (std::uint64_t rank = 0; rank < *ranks; ++rank) {
    auto text = reader.text();
    if (!text) return std::nullopt;
    generators.push_back(*std::move(text));
  }
  return generators;
}

}  // namespace

std::string encode(const Checkpoint& checkpoint) {
  std::string bytes;
  bytes.reserve(checkpoint.tensors.size() + (1U << 20U));
  bytes += kMagic;
  append_text(bytes, checkpoint.mark);
  append_number(bytes, static_cast<std::uint64_t>(checkpoint.step));
  append_number(bytes, checkpoint.generators.size());
  for (const std::string& generator : checkpoint.generators) append_text(bytes, generator);
  append_text(bytes, checkpoint.layout);
  append_text(bytes, checkpoint.tensors);
  append_number(bytes, checksum_of(bytes));
  return bytes;
}

std::optional<Checkpoint> decode(std::string_view bytes) {
  constexpr std::size_t kChecksum = sizeof(std::uint64_t);
  if (bytes.size() < kMagic.size() + kChecksum || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - kChecksum);
  if (Reader(bytes.substr(content.size())).number() != checksum_of(content)) return std::nullopt;
  Reader reader(content.substr(kMagic.size()));
  auto mark = reader.text();
  const auto step = reader.number();
  auto generators = read_generators(reader);
  auto layout = reader.text();
  auto tensors = reader.text();
  if (!mark || !step || !generators || !layout || !tensors || !reader.is_at_end()) return std::nullopt;
  return Checkpoint{*std::move(mark), static_cast<std::int64_t>(*step), *std::move(generators), *std::move(layout),
                    *std::move(tensors)};
}

std::string layout_of(const std::vector<at::Tensor>& tensors) {
  std::string layout;
  for (const at::Tensor& tensor : tensors)
    layout += fmt::format("{}[{}] ", c10::toString(tensor.scalar_type()), fmt::join(tensor.sizes(), ","));
  return layout;
}

std::string bytes_of(const std::vector<at::Tensor>& tensors) {
  std::string bytes;
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor plain = tensor.detach().to(at::kCPU).contiguous();
    bytes.append(static_cast<const char*>(plain.const_data_ptr()), plain.nbytes());
  }
  return bytes;
}

void write_bytes(std::string_view bytes, const std::vector<at::Tensor>& tensors) {
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor plain = at::empty(tensor.sizes(), at::TensorOptions().dtype(tensor.scalar_type()));
    if (bytes.size() < plain.nbytes()) throw std::invalid_argument("a checkpoint holds too few bytes");
    std::memcpy(plain.mutable_data_ptr(), bytes.data(), plain.nbytes());
    bytes.remove_prefix(plain.nbytes());
    tensor.detach().copy_(plain);
  }
  if (!bytes.empty()) throw std::invalid_argument("a checkpoint holds too many bytes");
}

}  // namespace scalemark::train
