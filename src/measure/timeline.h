#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <memory>
#include <vector>

namespace scalemark::measure {

/// Marks along a run on the device's own clock. Marking waits for nothing: on a GPU a mark is an event in the current
/// stream, read only in seconds().
class Timeline {
 public:
  virtual ~Timeline() = default;

  virtual void mark() = 0;

  /// Seconds of every mark since the first one; waits until the device has passed all of them.
  virtual std::vector<double> seconds() = 0;

  /// Forgets the marks and keeps their memory.
  virtual void clear() = 0;
};

std::unique_ptr<Timeline> make_timeline(const c10::Device& device);

/// Seconds of every mark since the first one, from the milliseconds between consecutive marks. A GPU tells times as
/// floats, whose last bit is 4 us after a minute: short times are added up here, in double. One is negative where a
/// mark in another stream came late: the mark after it comes out right all the same.
std::vector<double> seconds_since_first(const std::vector<float>& milliseconds_between);

/// Durations between consecutive marks: {t1 - t0, t2 - t1, ...}.
std::vector<double> intervals(const std::vector<double>& marks_seconds);

}  // namespace scalemark::measure
