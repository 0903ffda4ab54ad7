#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "tarn/core/runtime.hpp"

// What `tarn_benchmarks_arrays` measures. A case is prepared for one type and size, then measured as often as wanted;
// its arrays die with it.

namespace tarn::benchmarks {

/// A case of one type and size, ready to run.
struct Prepared {
  double bytes = 0;       ///< read and written by one run, each array counted once; 0 if that is not the point
  double operations = 0;  ///< floating-point operations of one run; 0 if that is not the point
  std::function<double()> measure;  ///< runs it once; returns seconds
  double values = 0;                ///< that one run computes; 0 if that is not the point
};

/// Makes a case: `size` is a number of elements, or what the case says.
using Prepare = std::function<Prepared(const Runtime&, std::int64_t size)>;

/// By name and type, such as "sum float64".
using Cases = std::map<std::string, Prepare>;

/// Seconds of one call between two fences.
template <class Action>
std::function<double()> timed(const Runtime& runtime, Action action) {
  return [&space = runtime.space(), action] {
    space.fence();
    const auto start = std::chrono::steady_clock::now();
    action();
    space.fence();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
}

/// A seed that no array of this run had before.
std::uint64_t next_seed();

void add_elementwise(Cases& cases);  ///< expressions of 2 to 6 streams, broadcasts, formulas
void add_functions(Cases& cases);    ///< of formulas
void add_reductions(Cases& cases);   ///< of a whole array
void add_axes(Cases& cases);         ///< along axes; size n stands for the shape (2^n, 2^(24 - n))
void add_matmul(Cases& cases);       ///< square matrices; size n stands for (n, n)
void add_memory(Cases& cases);       ///< the peak, the pool and transfers

}  // namespace tarn::benchmarks
