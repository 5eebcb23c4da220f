#pragma once

#include <string>

#include "data/sample_files.h"

namespace scalemark::data {

struct JpegSample {
  int width = 64;
  int height = 64;
  int seed = 0;
  bool grey = false;
  bool progressive = false;
};

/// Smooth colour ramps that differ by seed: value (x, y, channel) before compression.
std::uint8_t ramp(const JpegSample& sample, int x, int y, int channel);

/// `sample` as a JPEG image of high quality without chroma subsampling.
Bytes jpeg(const JpegSample& sample);

/// A CMYK image of 16 x 16 pixels.
Bytes cmyk_jpeg();

/// The first `part` of an image's bytes.
Bytes cut(Bytes bytes, double part);

/// An image with other bytes within its pixels.
Bytes overwritten(Bytes bytes);

/// train/class<c>/<n>.JPEG and val/class<c>/<n>.JPEG, 64 x 64.
void write_image_folder(const TemporaryFolder& folder, int classes, int images_per_class);

/// Tiny ImageNet's layout, 64 x 64: train/n<c>/images/, n<c>_boxes.txt, val/images/ and val/val_annotations.txt.
void write_tiny_imagenet(const TemporaryFolder& folder, int classes, int images_per_class);

}  // namespace scalemark::data
