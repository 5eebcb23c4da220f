#pragma once

namespace scalemark::comm {

/// A part of a collective, small enough for several to be under way at once. It moves only inside advance().
class Chunk {
 public:
  Chunk() = default;
  virtual ~Chunk() = default;
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;

  /// Does what can be done without waiting; true where that was anything.
  /// @throws LaunchError where the library reports a failure.
  virtual bool advance() = 0;

  virtual bool is_done() const = 0;
};

}  // namespace scalemark::comm
