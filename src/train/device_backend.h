#pragma once

#include <c10/core/Device.h>

#include <memory>

#include "train/copy_lane.h"
#include "train/device_graph.h"
#include "train/run_ahead.h"

// What a build with CUDA has in device_backend_cuda.cpp and one without in device_backend_without_cuda.cpp.
namespace scalemark::train {

/// nullptr where the device keeps no graphs.
std::unique_ptr<GraphRecorder> make_graph_recorder(const c10::Device& device);

/// nullptr where the host's memory is the device's.
std::unique_ptr<CopyLane> make_copy_lane(const c10::Device& device);

/// nullptr where the host does the device's work.
std::unique_ptr<QueueMarks> make_queue_marks(const c10::Device& device);

}  // namespace scalemark::train
