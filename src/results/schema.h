#pragma once

#include <array>

// The names of schema scalemark/1 that both the writer and the reader use.
namespace scalemark::results::schema {

inline constexpr const char* kVersion = "scalemark/1";
/// Counts the additions to that schema, once per release. 0: files without the attribute `schema_minor`.
inline constexpr int kMinor = 2;
inline constexpr const char* kSchemaMinor = "schema_minor";
inline constexpr const char* kConventions = "CF-1.8";

inline constexpr const char* kProvenance = "provenance";
inline constexpr const char* kEnvironment = "environment";
inline constexpr const char* kVersions = "versions";
inline constexpr const char* kPeaks = "peaks";
inline constexpr const char* kStartup = "startup";
inline constexpr const char* kHosts = "hosts";
inline constexpr const char* kDevices = "devices";

inline constexpr const char* kTables = "tables";
inline constexpr const char* kCaseTable = "cases";
inline constexpr const char* kRankTable = "ranks";

inline constexpr const char* kCases = "cases";
inline constexpr const char* kCommOnly = "comm_only";
inline constexpr const char* kPhases = "phases";
inline constexpr const char* kStepSeconds = "step_seconds";
inline constexpr const char* kBucketSeconds = "bucket_seconds";
inline constexpr const char* kBucketBytes = "bucket_bytes";
inline constexpr const char* kPhaseSeconds = "phase_seconds";
inline constexpr const char* kBucketReadySeconds = "bucket_ready_seconds";
inline constexpr const char* kMachine = "machine";
inline constexpr const char* kVisit = "visit";
inline constexpr const char* kLoss = "loss";
inline constexpr const char* kAccuracy = "accuracy";
inline constexpr const char* kEpochSeconds = "epoch_seconds";
inline constexpr const char* kTarget = "target";
inline constexpr const char* kEnded = "ended";

inline constexpr const char* kComm = "comm";
inline constexpr const char* kBytes = "bytes";
inline constexpr const char* kSeconds = "seconds";
inline constexpr const char* kWrong = "wrong";
inline constexpr const char* kInPlaceSeconds = "in_place_seconds";
inline constexpr const char* kInPlaceWrong = "in_place_wrong";
inline constexpr const char* kBackend = "backend";
inline constexpr const char* kType = "type";
inline constexpr const char* kReduction = "reduction";  // left out where it is kSum
inline constexpr const char* kSum = "sum";
inline constexpr const char* kChoices = "choices";  ///< one line per size
inline constexpr const char* kExpectedBusBandwidth = "expected_bus_bandwidth";
inline constexpr const char* kLinks = "links";

// Dimensions, each with a coordinate variable of its name.
inline constexpr const char* kRepetition = "repetition";
inline constexpr const char* kStep = "step";
inline constexpr const char* kRank = "rank";
inline constexpr const char* kBucket = "bucket";
inline constexpr const char* kPhase = "phase";
inline constexpr const char* kEpoch = "epoch";
inline constexpr const char* kSplit = "split";
inline constexpr const char* kSize = "size";
inline constexpr const char* kSeed = "seed";
inline constexpr const char* kEvaluation = "evaluation";
// Those of a case's own data sets. Readers of trees want a dimension to be as long in a group as in the groups above,
// and the arms below a case have steps and repetitions of their own.
inline constexpr const char* kLossStep = "loss_step";
inline constexpr const char* kVisitRepetition = "visit_repetition";

// Attributes of a case that are not parameters of its config.
inline constexpr const char* kStatus = "status";
inline constexpr const char* kReason = "reason";
inline constexpr const char* kImages = "images";
inline constexpr const char* kPlannedRepetitions = "planned_repetitions";
inline constexpr const char* kWantedRepetitions = "wanted_repetitions";
inline constexpr const char* kInterruptions = "interruptions";
inline constexpr const char* kGradients = "gradients";
inline constexpr const char* kConvolutionLayers = "convolution_layers";
inline constexpr const char* kSkippedSteps = "skipped_steps";
inline constexpr const char* kSkippedImages = "skipped_images";
inline constexpr const char* kSkippedImageNames = "skipped_image_names";  ///< one per line, with the reason
inline constexpr std::array kCaseAttributes = {kStatus,
                                               kReason,
                                               kImages,
                                               kPlannedRepetitions,
                                               kWantedRepetitions,
                                               kInterruptions,
                                               kGradients,
                                               kConvolutionLayers,
                                               kSkippedSteps,
                                               kSkippedImages,
                                               kSkippedImageNames};

// Parameters that a search for the largest batch adds to those of the config: of a probe the case that it was run for,
// of that case the distance between the largest batch that fits and the smallest that does not.
inline constexpr const char* kProbeOf = "probe_of";
inline constexpr const char* kBatchStep = "batch_step";

}  // namespace scalemark::results::schema
