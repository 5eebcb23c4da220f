#include "data/cifar10.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/file_bytes.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

constexpr ImageShape kShape{3, 32, 32};
constexpr std::size_t kRecordBytes = 1 + 3 * 32 * 32;
constexpr int kClasses = 10;

class Cifar10 final : public Dataset {
 public:
  Cifar10(std::vector<std::uint8_t> records, std::int64_t size) : records_(std::move(records)), size_(size) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return kShape; }
  int classes() const override { return kClasses; }

  // Over all pixels of the 50,000 training images.
  Normalization normalization() const override { return {{0.4914F, 0.4822F, 0.4465F}, {0.2470F, 0.2435F, 0.2616F}}; }

  std::int64_t read(std::int64_t index, std::span<std::uint8_t> pixels) const override {
    check_read(index, pixels);
    const auto record = std::span(records_).subspan(index * kRecordBytes, kRecordBytes);
    std::copy(record.begin() + 1, record.end(), pixels.begin());
    return record.front();
  }

 private:
  std::vector<std::uint8_t> records_;
  std::int64_t size_;
};

std::vector<std::string> file_names(Split split) {
  if (split == Split::kTest) return {"test_batch.bin"};
  return {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"};
}

void check_files_exist(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
               [&](const std::string& name) { return !std::filesystem::exists(folder / name); });
  if (missing.empty()) return;
  throw InputError(fmt::format(
      "cifar10: {} missing in {}; unpack cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html) so that "
      "its folder cifar-10-batches-bin is {}, or name that folder in dataset.path",
      fmt::join(missing, ", "), folder.string(), folder.string()));
}

void check_records(const FileBytes& file) {
  const auto& bytes = file.bytes;
  const std::size_t excess = bytes.size() % kRecordBytes;
  if (bytes.empty() || excess != 0) {
    file.fail(bytes.size() - excess,
              fmt::format("{} bytes of a record; expected records of {} bytes each, at least one "
                          "(cut short? unpack the archive again)",
                          excess, kRecordBytes));
  }
  for (std::size_t offset = 0; offset < bytes.size(); offset += kRecordBytes) {
    if (bytes[offset] >= kClasses) {
      file.fail(offset, fmt::format("label {}; expected 0 to {}", bytes[offset], kClasses - 1));
    }
  }
}

}  // namespace

std::unique_ptr<Dataset> open_cifar10(const DatasetOptions& options, Split split) {
  check_image_size(options, {kShape.width});
  check_classes(options, kClasses);
  const auto names = file_names(split);
  check_files_exist(options.path, names);
  std::vector<std::uint8_t> records;
  for (const std::string& name : names) {
    const FileBytes file = read_file(options.path / name);
    check_records(file);
    records.insert(records.end(), file.bytes.begin(), file.bytes.end());
  }
  const std::int64_t size = limited_size(options, split, static_cast<std::int64_t>(records.size() / kRecordBytes));
  return std::make_unique<Cifar10>(std::move(records), size);
}

}  // namespace scalemark::data
