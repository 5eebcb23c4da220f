#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collectives/measure_collective.h"
#include "collectives/operation.h"
#include "measure/timeline.h"

namespace scalemark::collectives {

/// One rank's side of one collective. Every call is collective over the ranks.
class Series {
 public:
  /// All outlive this.
  Series(const Operation& operation, const MeasureOptions& options, const at::TensorOptions& tensor_options,
         const Ranks& ranks);

  Buffers buffers(std::int64_t elements, bool in_place) const;

  /// Seconds of each repetition on this rank, each after the ranks have met. Behind the warm-up.
  std::vector<double> one_by_one(const Buffers& buffers);

  struct PerCall {
    double queued_seconds;
    double call_seconds;   ///< of the host
    double graph_seconds;  ///< NaN where there is no graph
  };

  /// Many in a row; seconds of one. After one_by_one(), which warms up.
  PerCall in_a_row(const Buffers& buffers);

  /// On rank 0 how NCCL does it; empty elsewhere and where it is not known.
  std::string choice(const Buffers& buffers);

  /// Wrong elements on this rank.
  std::int64_t check(const Buffers& buffers);

 private:
  void run(const Buffers& buffers);
  double start_many(const Buffers& buffers, int count);
  double timed(const std::function<void()>& work);
  double replayed(const Buffers& buffers, int count);

  const Operation& operation_;
  const MeasureOptions& options_;
  at::TensorOptions tensor_options_;
  const Ranks& ranks_;
  at::Tensor meeting_;
  std::unique_ptr<measure::Timeline> timeline_;
};

}  // namespace scalemark::collectives
