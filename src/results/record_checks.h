#pragma once

#include "results/records.h"

namespace scalemark::results {

/// Checks that the schema can hold the record: names that HDF5 takes, whole repetitions, series that share an axis of
/// one length. @throws std::invalid_argument naming the case and the member, since such a record is a programming
/// error.
void check_record(const CaseRecord& record);

/// Whether HDF5 takes `name` as the name of one link: not empty, no '/', not "." or "..".
bool is_link_name(const std::string& name);

/// Rounds the series that the schema stores as float32, so that what is in memory equals what a reader will see.
void round_to_stored_precision(CaseRecord& record);

}  // namespace scalemark::results
