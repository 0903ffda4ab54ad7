#pragma once

#include <cstddef>

#include "tarn/core/space.hpp"

namespace tarn {

/// Memory bandwidth as this process sees it [bytes/s].
struct Bandwidth {
  double copy = 0;   ///< a = b, two streams counted
  double triad = 0;  ///< a = b + s * c, three streams counted
};

/// The rate that tarn's shares are taken of [bytes/s]: copy on a GPU, triad on a host, where a copy may be the C
/// library's and go past the caches.
double peak_of(const Bandwidth& bandwidth);

/// "copy" or "triad", as peak_of() takes.
const char* peak_name();

/// Measures the bandwidth of the device's memory: the median rate of plain copies and of STREAM triads
/// (McCalpin, Memory bandwidth and machine balance in current high performance computers, 1995), after one of
/// each that is not counted. Write-allocate traffic of a host's caches is not counted, as STREAM does not.
/// @param space     instance that is measured, fenced
/// @param elements  of each of three arrays, >= 1; several times the caches to measure memory, and enough
/// that one
///                  pass takes much longer than a launch
/// @param repeats   >= 1
/// @throws Error if elements or repeats is below 1
template <class Real>
Bandwidth measure_bandwidth(const Space& space, std::size_t elements, int repeats);

}  // namespace tarn
