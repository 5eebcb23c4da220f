#pragma once

#include <string>

#include "core/faults.h"
#include "train/case_observer.h"

namespace scalemark::train {

/// Puts the faults that were asked for in a case's way, behind another observer that sees the case too.
class FaultObserver : public CaseObserver {
 public:
  FaultObserver(Faults& faults, CaseObserver& inner) : faults_(faults), inner_(inner) {}

  void begin_step() override { inner_.begin_step(); }
  void end_step() override { inner_.end_step(); }
  void backward_done() override { inner_.backward_done(); }
  void begin_replay() override { inner_.begin_replay(); }
  void end(measure::Phase phase) override { inner_.end(phase); }

  void begin_arm(const std::string& name) override;
  void begin(measure::Phase phase) override;
  void bucket_ready(std::size_t bucket) override;
  void loss_ready(const at::Tensor& loss) override;
  void reach(Place place) override;

 private:
  Faults& faults_;
  CaseObserver& inner_;
  bool reduces_beside_backward_ = false;  // in this arm
};

}  // namespace scalemark::train
