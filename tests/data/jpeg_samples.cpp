#include "data/jpeg_samples.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>
#include <stdexcept>

namespace scalemark::data {
namespace {

struct Compressor {
  tjhandle handle = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  ~Compressor() {
    tjFree(bytes);
    tjDestroy(handle);
  }

  Bytes compress(const Bytes& pixels, int width, int height, int format, int subsampling, int flags) {
    constexpr int kQuality = 98;
    if (tjCompress2(handle, pixels.data(), width, 0, height, format, &bytes, &size, subsampling, kQuality, flags) != 0)
      throw std::runtime_error(tjGetErrorStr2(handle));
    return {bytes, bytes + size};
  }
};

void write_classes(const TemporaryFolder& folder, int classes, int images, const std::string& pattern) {
  for (int label = 0; label < classes; ++label) {
    for (int image = 0; image < images; ++image) {
      const std::string name = fmt::format(fmt::runtime(pattern), fmt::arg("class", label), fmt::arg("image", image));
      std::filesystem::create_directories((folder.path() / name).parent_path());
      folder.write(name, jpeg({.seed = label * images + image}));
    }
  }
}

}  // namespace

std::uint8_t ramp(const JpegSample& sample, int x, int y, int channel) {
  if (sample.grey) channel = 0;
  const int slope = channel == 0 ? x * 200 / sample.width : channel == 1 ? y * 200 / sample.height : 100;
  return static_cast<std::uint8_t>(20 + (slope + 7 * sample.seed) % 230);
}

Bytes jpeg(const JpegSample& sample) {
  const int channels = sample.grey ? 1 : 3;
  Bytes pixels;
  for (int y = 0; y < sample.height; ++y) {
    for (int x = 0; x < sample.width; ++x) {
      for (int channel = 0; channel < channels; ++channel) pixels.push_back(ramp(sample, x, y, channel));
    }
  }
  return Compressor().compress(pixels, sample.width, sample.height, sample.grey ? TJPF_GRAY : TJPF_RGB,
                               sample.grey ? TJSAMP_GRAY : TJSAMP_444, sample.progressive ? TJFLAG_PROGRESSIVE : 0);
}

Bytes cmyk_jpeg() {
  return Compressor().compress(counting_bytes(std::size_t{16} * 16 * 4), 16, 16, TJPF_CMYK, TJSAMP_444, 0);
}

Bytes cut(Bytes bytes, double part) {
  bytes.resize(static_cast<std::size_t>(static_cast<double>(bytes.size()) * part));
  return bytes;
}

Bytes overwritten(Bytes bytes) {
  std::fill(bytes.end() - 200, bytes.end() - 100, std::uint8_t{0xff});
  return bytes;
}

void write_image_folder(const TemporaryFolder& folder, int classes, int images_per_class) {
  for (const std::string split : {"train", "val"}) {
    write_classes(folder, classes, images_per_class, split + "/class{class}/{image}.JPEG");
  }
}

void write_tiny_imagenet(const TemporaryFolder& folder, int classes, int images_per_class) {
  write_classes(folder, classes, images_per_class, "train/n{class}/images/n{class}_{image}.JPEG");
  write_classes(folder, classes, images_per_class, "val/images/val_{class}_{image}.JPEG");
  std::string annotations;
  for (int label = 0; label < classes; ++label) {
    folder.write(fmt::format("train/n{}/n{}_boxes.txt", label, label), "n_0.JPEG\t0\t0\t63\t63\n");
    for (int image = 0; image < images_per_class; ++image) {
      annotations += fmt::format("val_{}_{}.JPEG\tn{}\t0\t0\t63\t63\n", label, image, label);
    }
  }
  folder.write("val/val_annotations.txt", annotations);
}

}  // namespace scalemark::data
