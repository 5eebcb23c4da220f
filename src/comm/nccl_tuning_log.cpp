#include "comm/nccl_tuning_log.h"

#include <dlfcn.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "core/environment.h"

namespace scalemark::comm {
namespace {

constexpr const char* kLevel = "NCCL_DEBUG";
constexpr const char* kSubsystem = "NCCL_DEBUG_SUBSYS";
constexpr const char* kFile = "NCCL_DEBUG_FILE";

}  // namespace

std::unique_ptr<NcclTuningLog> NcclTuningLog::open() {
  for (const char* variable : {kLevel, kSubsystem, kFile})
    if (process_environment(variable)) return nullptr;
  auto* reset = reinterpret_cast<Reset*>(dlsym(RTLD_DEFAULT, "ncclResetDebugInit"));
  if (reset == nullptr) return nullptr;
  std::error_code error;
  std::string path = (std::filesystem::temp_directory_path(error) / "scalemark-nccl-XXXXXX").string();
  Descriptor file(mkstemp(path.data()));
  if (file.get() < 0) return nullptr;
  return std::unique_ptr<NcclTuningLog>(new NcclTuningLog(reset, std::move(path), std::move(file)));
}

NcclTuningLog::NcclTuningLog(Reset* reset, std::filesystem::path path, Descriptor file)
    : reset_(reset), path_(std::move(path)), file_(std::move(file)) {
  settings_.emplace(EnvironmentChange::Variables{{kLevel, "INFO"}, {kSubsystem, "TUNING"}, {kFile, path_.string()}});
  reset_();
}

NcclTuningLog::~NcclTuningLog() {
  settings_.reset();
  reset_();
  std::error_code error;
  std::filesystem::remove(path_, error);
}

std::string NcclTuningLog::text() const {
  std::ostringstream text;
  text << std::ifstream(path_).rdbuf();
  return text.str();
}

}  // namespace scalemark::comm
