#include "core/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/text/shown_text.h"

namespace scalemark {
namespace {

/// The message, which may quote a file or a library, as it can be shown to a person.
class ShownMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line) override {
    const std::string shown = shown_text(std::string_view(message.payload.data(), message.payload.size()));
    line.append(shown.data(), shown.data() + shown.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<ShownMessage>(); }
};

std::unique_ptr<spdlog::formatter> line_format() {
  auto format = std::make_unique<spdlog::pattern_formatter>();
  format->add_flag<ShownMessage>('*').set_pattern("scalemark: %l: %*");
  return format;
}

}  // namespace

void set_up_logging(bool quiet) {
  auto logger = std::make_shared<spdlog::logger>("scalemark", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(line_format());
  logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace scalemark
