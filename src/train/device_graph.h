#pragma once

#include <functional>
#include <memory>

namespace scalemark::train {

/// Work of a device that is given to it again by one call.
class DeviceGraph {
 public:
  virtual ~DeviceGraph() = default;

  /// Queues the recorded work behind what the device was given before. It reads and writes the memory of the recording.
  /// @param at_mark  queues what the device does once it has come to the mark, beside the recorded work behind it; not
  /// called where the recording set none.
  virtual void replay(const std::function<void()>& at_mark) = 0;
};

/// Records what the host gives to one device.
class GraphRecorder {
 public:
  virtual ~GraphRecorder() = default;

  /// Does `work` on the queue that records: libraries choose algorithms and connect at the first call, which no graph
  /// can hold.
  virtual void rehearse(const std::function<void()>& work) = 0;

  /// Work that calls what it is given, once, where the mark is to be.
  using MarkedWork = std::function<void(const std::function<void()>& set_mark)>;

  /// Lets `work` queue itself and keeps it without doing it. It must not wait for the device, and may be called again
  /// as long as the graph lives. The graphs of one recorder share the memory that their work allocates: one at a time
  /// may run. @throws what `work` throws, or c10::Error where the device cannot keep it
  virtual std::unique_ptr<DeviceGraph> record(const MarkedWork& work) = 0;
};

}  // namespace scalemark::train
