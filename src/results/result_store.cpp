#include "results/result_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "core/error.h"
#include "core/partial_file.h"
#include "results/comm_io.h"
#include "results/durable_file.h"
#include "results/output_lock.h"
#include "results/record_checks.h"
#include "results/result_image.h"
#include "results/schema.h"

namespace scalemark::results {
namespace {

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

/// Such a file can be read, but writing it would drop what the newer version added.
void check_not_newer(const std::filesystem::path& path, const ResultFile& contents) {
  if (contents.schema_minor <= schema::kMinor) return;
  throw InputError(
      fmt::format("{} was written by a newer version of Scalemark (minor {} of its schema, this one writes {}); resume "
                  "it with that version or choose another --output",
                  path.string(), contents.schema_minor, schema::kMinor));
}

}  // namespace

/// The path, the records, and the HDF5 file in memory that lags behind them until its bytes are asked for.
class ResultStore::Image {
 public:
  Image(std::filesystem::path path, std::unique_ptr<OutputLock> lock, ResultFile contents)
      : path_(std::move(path)), lock_(std::move(lock)), contents_(std::move(contents)) {}

  const std::filesystem::path& path() const { return path_; }
  const ResultFile& contents() const { return contents_; }

  void put(CaseRecord record) {
    changed_.insert(record.row.case_id);
    auto& cases = contents_.cases;
    const auto found = std::find_if(cases.begin(), cases.end(),
                                    [&](const CaseRecord& other) { return other.row.case_id == record.row.case_id; });
    if (found == cases.end()) {
      cases.push_back(std::move(record));
    } else {
      *found = std::move(record);
    }
  }

  void add_history(const std::string& line) {
    if (!contents_.history.empty()) contents_.history += '\n';
    contents_.history += line;
  }

  std::vector<std::byte> bytes() {
    std::vector<std::byte> bytes = file_.bytes(contents_, changed_);
    changed_.clear();
    return bytes;
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<OutputLock> lock_;
  ResultFile contents_;
  ResultImage file_;
  std::set<std::string> changed_;  ///< cases that the file does not hold as they are
};

ResultStore::ResultStore(std::unique_ptr<Image> image) : image_(std::move(image)) {}
ResultStore::ResultStore(ResultStore&&) noexcept = default;
ResultStore& ResultStore::operator=(ResultStore&&) noexcept = default;
ResultStore::~ResultStore() = default;

ResultStore ResultStore::create(const std::filesystem::path& path, ResultFile header) {
  header.schema_minor = schema::kMinor;
  header.provenance.versions.try_emplace("HDF5", library_version());
  for (CaseRecord& record : header.cases) {
    check_record(record);
    round_to_stored_precision(record);
  }
  for (const CommRecord& record : header.comm) check_comm_record(record);
  const std::filesystem::path target = std::filesystem::absolute(path);
  auto image = std::make_unique<Image>(target, std::make_unique<OutputLock>(target), std::move(header));
  try {
    create_durably(image->path(), image->bytes());
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::file_exists)
      throw InputError(fmt::format("{} exists; use --resume to continue it or choose another --output", path.string()));
    throw InputError(
        fmt::format("{}: cannot be created: {}; choose another --output", path.string(), error.code().message()));
  }
  return ResultStore(std::move(image));
}

ResultStore ResultStore::resume(const std::filesystem::path& path) {
  // Behind a symbolic link, the file itself is what has to be replaced.
  std::error_code missing;
  const std::filesystem::path target = std::filesystem::canonical(path, missing);
  auto lock = missing ? nullptr : std::make_unique<OutputLock>(target);
  ResultFile contents = read_results(path);
  check_not_newer(path, contents);
  contents.schema_minor = schema::kMinor;
  remove_partial_files(target);
  return ResultStore(std::make_unique<Image>(target, std::move(lock), std::move(contents)));
}

const ResultFile& ResultStore::contents() const { return image_->contents(); }

void ResultStore::put_case(CaseRecord record) {
  check_record(record);
  round_to_stored_precision(record);
  for (RankRow& row : record.rank_rows) row.case_id = record.row.case_id;
  image_->put(std::move(record));
}

void ResultStore::add_history(const std::string& line) { image_->add_history(line); }

void ResultStore::commit() {
  try {
    replace_durably(image_->path(), image_->bytes());
  } catch (const std::system_error& error) {
    throw LaunchError(fmt::format("{}: cannot be written: {}; it still holds what was committed before",
                                  image_->path().string(), error.code().message()));
  } catch (const Hdf5Error& error) {
    throw LaunchError(fmt::format("{}: cannot be written: {}", image_->path().string(), error.what()));
  }
}

}  // namespace scalemark::results
