#include "app/pack_command.h"

#include <fmt/format.h>

#include <iostream>

#include "core/log.h"
#include "core/units.h"
#include "data/formats/pack_writer.h"

namespace scalemark::app {

void pack(const PackOptions& options) {
  const data::PackSummary summary =
      data::write_pack({.name = options.dataset,
                        .path = options.path,
                        .images = {},
                        .image_size = options.image_size,
                        .classes = 0,
                        .on_error = options.skip_damaged ? data::OnError::kSkip : data::OnError::kFail},
                       options.output);
  for (const auto& image : summary.left_out) spdlog::warn("left out: {}", image);
  std::cout << fmt::format("{}: {} training and {} test images, {:.1f} MiB\n", options.output, summary.training_images,
                           summary.test_images, static_cast<double>(summary.bytes) / kMebibyte);
}

}  // namespace scalemark::app
