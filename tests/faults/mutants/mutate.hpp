#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/tests/faults/mutants/originals.hpp"

namespace tarn::io::test {

/// A damaged copy of a file, the same for the same number: bits flipped, the end cut off, blocks moved within the file
/// or taken from another, words of the structure overwritten by hostile values. In every second one the seal is made to
/// fit again, so that the damage reaches what stands behind it.
/// @param forge  instead, a flip in an object header whose own checksum and whose seal are both made to fit: no damage,
///   but the work of someone who knows the format. HDF5 believes such headers, and HDF5 1.10 crashes on some.
std::string mutate(const Original& original, const std::vector<Original>& others, std::uint64_t number,
                   bool forge = false);

}  // namespace tarn::io::test
