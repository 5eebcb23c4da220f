// The input pipeline: decoding, augmenting, gathering, and whole epochs.
//
//   loader_bench                                  the parts, and epochs at 1, 2, 4 and 8 workers (Google Benchmark)
//   loader_bench --jpeg-folder=DIR --workers=N --batch=B [--image-size=S] [--seconds=T] [--latency=S]
//                --images-per-second              epochs over DIR/train/<class>/*: prints that one figure last
//   ... --peak-memory --per-processor-second      prints the process's peak memory in MiB, and images per second of
//                                                 processor time over all threads, before it
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <turbojpeg.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/error.h"
#include "data/formats/image_writer.h"
#include "data/formats/jpeg_files.h"
#include "data/huge_pages.h"
#include "data/loader/loader.h"
#include "data/split_mix.h"

namespace {

using namespace scalemark;
using namespace scalemark::data;

constexpr Normalization kNormalization{{0.5F, 0.4F, 0.3F}, {0.2F, 0.25F, 0.3F}};

std::vector<std::uint8_t> noise(std::size_t count) {
  SplitMix random(1);
  std::vector<std::uint8_t> values;
  reserve_huge_pages(values, count);
  values.resize(count);
  for (auto& value : values) value = static_cast<std::uint8_t>(random.next());
  return values;
}

/// As many images as CIFAR-10 has, of its size, in memory.
class ResidentImages final : public Dataset {
 public:
  std::int64_t size() const override { return 50'000; }
  ImageShape shape() const override { return {3, 32, 32}; }
  int classes() const override { return 10; }
  Normalization normalization() const override { return kNormalization; }
  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    return std::span(pixels_).subspan(index * shape().bytes(), shape().bytes());
  }
  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& /*scratch*/) const override {
    return {stored.data(), 32, 32, index % 10};
  }

 private:
  std::vector<std::uint8_t> pixels_ = noise(size() * shape().bytes());
};

std::vector<std::uint8_t> smooth_jpeg(int side) {
  std::vector<std::uint8_t> pixels(3 * static_cast<std::size_t>(side) * side);
  SplitMix random(1);
  for (std::size_t i = 0; i < pixels.size(); ++i)
    pixels[i] = static_cast<std::uint8_t>(i / 64 % 200 + random.below(24));
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjhandle compressor = tjInitCompress();
  tjCompress2(compressor, pixels.data(), side, 0, side, TJPF_RGB, &bytes, &size, TJSAMP_420, 90, 0);
  std::vector<std::uint8_t> jpeg(bytes, bytes + size);
  tjFree(bytes);
  tjDestroy(compressor);
  return jpeg;
}

void decode_jpeg(benchmark::State& state) {
  const auto jpeg = smooth_jpeg(static_cast<int>(state.range(0)));
  JpegDecoder decoder;
  std::vector<std::uint8_t> pixels;
  for (auto _ : state) decoder.decode(jpeg, static_cast<int>(state.range(1)), pixels);
  state.SetItemsProcessed(state.iterations());
}

/// One image from uint8 to the batch. Arguments: stored side, side in the batch, channels-last, pixel type.
void augment(benchmark::State& state) {
  const int stored = static_cast<int>(state.range(0));
  const int side = static_cast<int>(state.range(1));
  const auto pixels = noise(3 * static_cast<std::size_t>(stored) * stored);
  const ImageWriter writer(kNormalization, {3, side, side}, static_cast<PixelType>(state.range(3)),
                           state.range(2) != 0);
  std::vector<std::byte> output(writer.image_bytes());
  WriterScratch scratch;
  std::int64_t image = 0;
  for (auto _ : state) {
    writer.write({pixels.data(), stored, stored, 0}, draw_placement(Augmentation::kPadCropFlip, 1, 0, image++),
                 output.data(), scratch);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(output.size()));
}

constexpr std::int64_t kBatch = 256;

LoaderOptions options_of(const benchmark::State& state) {
  return {.batch = kBatch,
          .workers = static_cast<int>(state.range(0)),
          .channels_last = true,
          .augmentation = Augmentation::kPadCropFlip};
}

/// A batch of images in memory: gathered, cropped, flipped and normalised by one thread.
void gather(benchmark::State& state) {
  const ResidentImages images;
  std::vector<std::int64_t> indices(kBatch);
  SplitMix random(1);
  for (auto& index : indices) index = static_cast<std::int64_t>(random.below(images.size()));
  for (auto _ : state) benchmark::DoNotOptimize(load_batch(images, indices, {.channels_last = true}));
  state.SetItemsProcessed(state.iterations() * kBatch);
}

/// Whole epochs of such images. Argument: workers.
void epoch(benchmark::State& state) {
  const auto images = std::make_shared<ResidentImages>();
  Loader loader(images, {images->size(), 1, 0, 1}, options_of(state));
  for (auto _ : state) {
    for (std::int64_t i = 0; i < loader.batches_per_epoch(); ++i) loader.next();
  }
  state.SetItemsProcessed(state.iterations() * loader.batches_per_epoch() * kBatch);
}

/// What the machine could do at best: finished images of the same bytes, copied by as many threads in parts and to
/// batches in rotation as the loader has them. Arguments: threads, and of how many images they are taken at random: of
/// one batch, which the cache holds, or of as many as the data set has.
void copy_of_the_same_bytes(benchmark::State& state) {
  constexpr std::size_t kValues = 3 * 32 * 32;
  constexpr std::size_t kBatches = 195;
  constexpr std::size_t kImagesPerPart = 32;
  const std::vector<float> finished(state.range(1) * kValues, 1.0F);
  std::vector<std::vector<float>> batches(LoaderOptions().prefetch + 1, std::vector<float>(kBatch * kValues));
  std::vector<std::size_t> order(kBatches * kBatch);
  SplitMix random(1);
  for (auto& image : order) image = random.below(state.range(1));
  std::atomic<std::size_t> next = 0;
  const auto copy_parts = [&] {
    for (std::size_t first = 0; (first = next.fetch_add(kImagesPerPart)) < order.size();) {
      float* output = batches[first / kBatch % batches.size()].data() + first % kBatch * kValues;
      for (std::size_t i = first; i < first + kImagesPerPart; ++i, output += kValues) {
        std::memcpy(output, finished.data() + order[i] * kValues, kValues * sizeof(float));
      }
    }
  };
  for (auto _ : state) {
    next = 0;
    std::vector<std::jthread> threads;
    for (std::int64_t i = 0; i < state.range(0); ++i) threads.emplace_back(copy_parts);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(order.size()));
}

BENCHMARK(decode_jpeg)->ArgNames({"side", "wanted"})->Args({64, 64})->Args({500, 500})->Args({500, 224});
BENCHMARK(augment)
    ->ArgNames({"stored", "side", "channels_last", "type"})
    ->ArgsProduct({{32}, {32}, {0, 1}, {0, 1, 2, 3}})
    ->ArgsProduct({{64}, {224}, {0, 1}, {1, 2}});
BENCHMARK(gather);
BENCHMARK(epoch)->ArgName("workers")->Arg(1)->Arg(2)->Arg(4)->Arg(8)->MeasureProcessCPUTime()->UseRealTime();
BENCHMARK(copy_of_the_same_bytes)
    ->ArgNames({"threads", "images"})
    ->ArgsProduct({{1, 2}, {kBatch, 50'000}})
    ->MeasureProcessCPUTime()
    ->UseRealTime();

using Settings = std::map<std::string, std::string>;

std::string setting(const Settings& settings, const std::string& name, const std::string& otherwise) {
  const auto found = settings.find(name);
  return found == settings.end() ? otherwise : found->second;
}

std::shared_ptr<const Dataset> open_folder(const Settings& settings) {
  const std::string folder = settings.at("jpeg-folder");
  return open_dataset({.name = "image-folder",
                       .path = folder,
                       .image_size = std::stoi(setting(settings, "image-size", "64")),
                       .classes = static_cast<int>(class_names(folder + "/train").size()),
                       .storage = {.latency_seconds = std::stod(setting(settings, "latency", "0"))}},
                      Split::kTrain);
}

struct Rate {
  double per_second;
  double per_processor_second;  ///< of all threads: what a core gives, however busy the machine is
};

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Rate loading_rate(const Settings& settings) {
  const auto images = open_folder(settings);
  const LoaderOptions options{.batch = std::stoll(setting(settings, "batch", "128")),
                              .workers = std::stoi(setting(settings, "workers", "1")),
                              .augmentation = Augmentation::kPadCropFlip};
  Loader loader(images, {images->size(), 1, 0, 1}, options);
  for (std::int64_t i = 0; i < std::min<std::int64_t>(loader.batches_per_epoch(), 20); ++i) loader.next();
  const double wanted_seconds = std::stod(setting(settings, "seconds", "3"));
  const auto begin = std::chrono::steady_clock::now();
  const double processor_begin = processor_seconds();
  double seconds = 0;
  std::int64_t loaded = 0;
  for (; seconds < wanted_seconds; loaded += options.batch) {
    loader.next();
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  const auto images_loaded = static_cast<double>(loaded);
  return {images_loaded / seconds, images_loaded / (processor_seconds() - processor_begin)};
}

double peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (!word.starts_with("--")) continue;
    const auto equals = word.find('=');
    settings[word.substr(2, equals - 2)] = equals == std::string::npos ? "" : word.substr(equals + 1);
  }
  return settings;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = read_settings(argc, argv);
  if (settings.contains("jpeg-folder")) {
    try {
      const Rate rate = loading_rate(settings);
      if (settings.contains("peak-memory")) std::cout << fmt::format("{:.1f}\n", peak_mebibytes());
      if (settings.contains("per-processor-second")) std::cout << fmt::format("{:.1f}\n", rate.per_processor_second);
      std::cout << fmt::format("{:.1f}\n", rate.per_second);
      return 0;
    } catch (const std::exception& error) {
      std::cerr << "loader_bench: " << error.what() << '\n';
      return 2;
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
