// data_random_crops HEIGHT WIDTH DRAWS: the crops of so many images, one a line: top, left, height, width, flipped.
// data_random_crops IMAGE.rgb HEIGHT WIDTH TOP LEFT CROP_HEIGHT CROP_WIDTH FLIPPED SIDE: the resized crop, as bytes.
// torchvision_random_crops.py compares both with torchvision's.
#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <ios>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "data/random_crop.h"

namespace {

using namespace scalemark::data;

void draw(int height, int width, int draws) {
  constexpr std::uint64_t kSeed = 7;
  for (int image = 0; image < draws; ++image) {
    const CropBox box = draw_crop(height, width, kSeed, /*epoch=*/image % 3, image);
    fmt::print("{} {} {} {} {:d}\n", box.top, box.left, box.height, box.width, box.flipped);
  }
}

void resize(const std::string& name, const std::vector<int>& numbers) {
  std::ifstream file(name, std::ios::binary);
  const std::vector<std::uint8_t> pixels{std::istreambuf_iterator<char>(file), {}};
  const int side = numbers[7];
  std::vector<std::uint8_t> output(3 * static_cast<std::size_t>(side) * side);
  ResizeScratch scratch;
  resize_crop({pixels.data(), numbers[0], numbers[1], 0},
              {numbers[2], numbers[3], numbers[4], numbers[5], numbers[6] != 0}, {3, side, side}, scratch,
              output.data());
  std::cout.write(reinterpret_cast<const char*>(output.data()), static_cast<std::streamsize>(output.size()));
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> numbers;
  numbers.reserve(static_cast<std::size_t>(argc));
  const int first = argc == 4 ? 1 : 2;
  for (int i = first; i < argc; ++i) numbers.push_back(std::atoi(argv[i]));
  if (argc == 4) {
    draw(numbers[0], numbers[1], numbers[2]);
  } else if (argc == 10) {
    resize(argv[1], numbers);
  } else {
    std::cerr << "usage: " << argv[0] << " HEIGHT WIDTH DRAWS\n";
    return 2;
  }
}
