// data_decoded_image IMAGE ...: decodes images by their files' names, and writes each beside it as IMAGE.rgb, for
// pillow_images.py to compare with. Prints what is wrong with those that cannot be decoded.
#include <fmt/format.h>

#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <vector>

#include "data/formats/image_decoder.h"

int main(int argc, char** argv) {
  using namespace scalemark::data;
  ImageDecoder decoder;
  std::vector<std::uint8_t> pixels;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    std::ifstream file(name, std::ios::binary);
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
    try {
      constexpr int kWhole = 1 << 20;
      decoder.decode(bytes, kWhole, pixels);
      std::ofstream(name + ".rgb", std::ios::binary)
          .write(reinterpret_cast<const char*>(pixels.data()), static_cast<std::streamsize>(pixels.size()));
    } catch (const ImageError& error) {
      fmt::print("{}: {}\n", name, error.what());
    }
  }
}
