#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

namespace scalemark {

void set_up_logging(bool quiet) {
  auto logger = std::make_shared<spdlog::logger>("scalemark", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("scalemark: %l: %v");
  logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace scalemark
