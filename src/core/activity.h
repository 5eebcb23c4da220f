#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace scalemark {

/// A reduction that this rank has started. All ranks of a case start the same ones in the same order.
struct CollectiveNote {
  std::uint64_t sequence = 0;  ///< of the arm in the upper half, in the arm in the lower
  std::int64_t step = 0;
  std::int64_t bucket = 0;
  std::int64_t elements = 0;
  std::string dtype;  ///< "Float"
};

/// What a rank was doing when it was looked at.
struct ActivitySnapshot {
  std::uint64_t visit = 0;                  ///< its number in the sweep, from 1; 0 between visits
  std::uint64_t progress = 0;               ///< grows with whatever the rank does; within a visit all ranks count alike
  std::string what;                         ///< "step 7 of arm full, in backward; repetition 2 of case baseline"
  std::vector<CollectiveNote> collectives;  ///< the latest
  bool awaited = false;                     ///< it does something alone, which the other ranks wait for
};

/// What this rank is doing, for a thread that watches: written by the threads that train, in passing.
class Activity {
 public:
  /// A visit of a case begins; `number`, from 1, and `name` ("repetition 2 of case baseline") are the same on all
  /// ranks.
  void begin_visit(std::uint64_t number, const std::string& name);
  void end_visit();
  void begin_arm(std::string_view name);
  void begin_step();
  void begin_phase(std::string_view name);

  /// This rank does something alone, in a visit or between visits, while the others wait: "writing results.h5".
  void begin_solo(std::string_view what);
  void end_solo();

  /// A reduction is started. Returns its bucket: its number in the step, since a step reduces its buckets in order.
  std::int64_t start_collective(std::int64_t elements, const char* dtype);
  void wait_for_bucket(std::int64_t bucket);

  ActivitySnapshot snapshot() const;

 private:
  mutable std::mutex mutex_;
  std::uint64_t visit_ = 0;
  std::uint64_t progress_ = 0;
  std::uint64_t arms_ = 0;  // of the visit
  std::uint64_t sequence_ = 0;
  std::int64_t step_ = -1;
  std::int64_t next_bucket_ = 0;  // of the step, to be started
  std::int64_t bucket_ = -1;      // that is waited for
  std::string visit_name_;
  std::string arm_;
  std::string phase_;
  std::string solo_;
  std::deque<CollectiveNote> collectives_;
};

}  // namespace scalemark
