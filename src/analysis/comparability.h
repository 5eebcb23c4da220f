#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/key_roles.h"
#include "results/records.h"

namespace scalemark::analysis {

/// What two cases must share before a ratio of their times is called speed-up or efficiency: name to value.
using Signature = std::map<std::string, std::string>;

/// Reads out of `file` and `record` what `question` wants to agree: device model, precision, software versions, model,
/// data set and its images, and every parameter whose role counts for it (core/key_roles.h). Threads per rank are part
/// of it where the ranks compute on a CPU; but for `compare`, variables that set how NCCL and OpenMP work are too.
/// Ranks, batches and mode are not: who asks compares them in its own way.
Signature signature_of(const results::ResultFile& file, const results::CaseRecord& record,
                       KeyQuestion question = KeyQuestion::kEfficiency);

/// One line per difference, as "precision fp32 against bf16"; empty where the two are comparable.
std::vector<std::string> differences(const Signature& base, const Signature& other);

/// The distinct device models of a case's ranks, as "NVIDIA H100"; "not recorded" without rank rows.
std::string device_models(const results::CaseRecord& record);

/// Whether the case's ranks compute on a processor: no rank has a device's UUID or PCI id.
bool runs_on_cpu(const results::CaseRecord& record);

/// "true", "32", "0.1", "sgd".
std::string parameter_text(const results::ParameterValue& value);

}  // namespace scalemark::analysis
