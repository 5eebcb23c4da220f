#include "measure/trace.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/profiler_kineto.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>
#include <system_error>
#include <unordered_set>

#include "core/error.h"
#include "core/partial_file.h"
#include "measure/device.h"

// Its header includes one of Kineto's that LibTorch keeps in a folder of its own, if at all.
namespace torch::autograd::profiler {
TORCH_API void addMetadataJson(const std::string& key, const std::string& value);
}  // namespace torch::autograd::profiler

namespace scalemark::measure {
namespace {

using torch::profiler::impl::ActivityType;

torch::profiler::impl::ProfilerConfig profiler_config() {
  constexpr bool kReportInputShapes = true;
  constexpr bool kProfileMemory = true;
  return torch::profiler::impl::ProfilerConfig(torch::profiler::impl::ProfilerState::KINETO, kReportInputShapes,
                                               kProfileMemory);
}

std::set<ActivityType> activities_on(const c10::Device& device) {
  if (device.is_cuda()) return {ActivityType::CPU, ActivityType::CUDA};
  return {ActivityType::CPU};
}

void open_span(std::optional<at::RecordFunction>& span, const std::string& name) {
  span.emplace(at::RecordScope::USER_SCOPE);
  if (span->isActive()) span->before(name);
}

/// A folder that only this user may enter: Kineto writes to a path, and would follow a symbolic link that another user
/// has put there.
class PrivateFolder {
 public:
  explicit PrivateFolder(const std::filesystem::path& file) : path_(file.string() + ".partial-XXXXXX") {
    is_made_ = mkdtemp(path_.data()) != nullptr;
  }
  ~PrivateFolder() {
    std::error_code ignored;
    if (is_made_) std::filesystem::remove_all(path_, ignored);
  }
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  bool is_made() const { return is_made_; }
  std::filesystem::path path() const { return path_; }

 private:
  std::string path_;
  bool is_made_ = false;
};

/// Whether Kineto, which reports a failure on stderr alone, has put the trace at `file`.
bool save(torch::autograd::profiler::ProfilerResult& result, const std::filesystem::path& file) {
  remove_partial_files(file);
  const PrivateFolder folder(file);
  if (!folder.is_made()) return false;
  const auto unfinished = folder.path() / file.filename();
  result.save(unfinished.string());
  std::error_code error;
  if (std::filesystem::file_size(unfinished, error) == 0 || error) return false;
  std::filesystem::rename(unfinished, file, error);
  return !error;
}

}  // namespace

Trace::Trace(const c10::Device& device, int rank, int ranks) {
  const auto config = profiler_config();
  const auto activities = activities_on(device);
  torch::autograd::profiler::prepareProfiler(config, activities);
  // Holistic Trace Analysis finds the rank by this text, with this space in it.
  torch::autograd::profiler::addMetadataJson("distributedInfo",
                                             fmt::format(R"({{"backend": "{}", "rank": {}, "world_size": {}}})",
                                                         device.is_cuda() ? "nccl" : "mpi", rank, ranks));
  torch::autograd::profiler::enableProfiler(
      config, activities, {at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION, at::RecordScope::USER_SCOPE});
}

Trace::~Trace() {
  phase_span_.reset();
  step_span_.reset();
  if (recording_) torch::autograd::profiler::disableProfiler();
}

void Trace::begin_step() { open_span(step_span_, fmt::format("ProfilerStep#{}", step_++)); }

void Trace::end_step() { step_span_.reset(); }

void Trace::begin(Phase phase) { open_span(phase_span_, kPhaseNames[static_cast<std::size_t>(phase)]); }

void Trace::end(Phase) { phase_span_.reset(); }

void Trace::write(const std::filesystem::path& file) {
  recording_ = false;
  const auto result = torch::autograd::profiler::disableProfiler();
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (save(*result, file)) return;
  throw InputError(fmt::format(
      "{}: the trace cannot be written; free space there, or name another folder by measure.trace", file.string()));
}

std::filesystem::path trace_file(const std::filesystem::path& folder, const std::string& case_id, int rank) {
  return folder / case_id / fmt::format("rank{}.pt.trace.json", rank);
}

void prepare_trace_folder(const std::filesystem::path& folder) {
  // Kineto asks for GPUs whatever it is to record, and complains on stderr of a driver that is not there. What fails
  // otherwise is seen by its file.
  constexpr int kKeepWhatIsSet = 0;
  if (cuda_device_count() == 0) setenv("KINETO_LOG_LEVEL", "99", kKeepWhatIsSet);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error && ::access(folder.c_str(), W_OK) == 0) return;
  throw InputError(
      fmt::format("measure.trace: {} is no folder that this job can write to; name another one", folder.string()));
}

}  // namespace scalemark::measure
