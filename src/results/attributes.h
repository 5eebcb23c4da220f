#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "results/hdf5_handle.h"
#include "results/records.h"

namespace scalemark::results {

/// Variable-length UTF-8, the type of every string in the file.
Handle text_type();

/// What h5py reads as bool: an enum of FALSE and TRUE over one byte.
Handle boolean_type();

/// Writes a scalar attribute of `object`, in place of one of the same name.
void write_attribute(const Handle& object, const std::string& name, const ParameterValue& value);

/// Writes a new attribute [item] of texts.
void write_attribute(const Handle& object, const std::string& name, std::span<const std::string> texts);

/// Every attribute of `object`, in the order of creation where the file keeps it, else by name.
/// @throws Hdf5Error for an attribute that is not a scalar bool, integer, real or variable-length string.
std::vector<std::pair<std::string, ParameterValue>> read_attributes(const Handle& object);

/// One attribute. @throws Hdf5Error where it is absent or of another type.
std::string read_text_attribute(const Handle& object, const std::string& name);

/// One attribute, or `if_absent`. @throws Hdf5Error where it is of another type.
std::int64_t read_integer_attribute(const Handle& object, const std::string& name, std::int64_t if_absent);
double read_real_attribute(const Handle& object, const std::string& name, double if_absent);
std::string read_text_attribute(const Handle& object, const std::string& name, const std::string& if_absent);

}  // namespace scalemark::results
