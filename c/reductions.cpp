#include <cmath>
#include <limits>

#include "tarn/c/guard.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"

namespace {

using tarn::c::not_null;

template <class Real>
tarn::Field<const Real, 1> numbers(const void* values, size_t count) {
  if (count > 0) tarn::c::require_memory(values, "values");
  return tarn::Field<const Real, 1>(static_cast<const Real*>(values), count);
}

/// Calls `reduce` with the numbers as an array of their type.
template <class Reduce>
double of_type(int type, const void* values, size_t count, const Reduce& reduce) {
  if (type == TARN_FLOAT32) return static_cast<double>(reduce(numbers<float>(values, count)));
  if (type == TARN_FLOAT64) return reduce(numbers<double>(values, count));
  throw tarn::UsageError("type: TARN_FLOAT32 or TARN_FLOAT64 is expected");
}

/// The smallest of sign * x over all ranks, to `result`; NaN wins.
void smallest(const tarn::Runtime& runtime, int type, const void* values, size_t count, double sign, double* result) {
  const auto& ranks = runtime.communicator();
  double own = std::numeric_limits<double>::infinity();
  ranks.agree([&] {
    not_null(result, sign > 0 ? "min" : "max");
    const double found = of_type(type, values, count, [&](const auto& x) {
      if (x.extent(0) == 0) return typename std::decay_t<decltype(x)>::non_const_value_type{};
      return sign > 0 ? tarn::ops::min(runtime.space(), x) : tarn::ops::max(runtime.space(), x);
    });
    if (count > 0) own = sign * found;
  });
  if (ranks.max(std::int64_t{count > 0}) == 0) throw tarn::UsageError("no rank has any numbers");
  const bool bad = ranks.max(std::int64_t{std::isnan(own)}) > 0;
  *result = bad ? std::numeric_limits<double>::quiet_NaN() : sign * ranks.min(own);
}

}  // namespace

extern "C" {

int tarn_sum(tarn_runtime* runtime, int type, const void* values, size_t count, double* sum) {
  return tarn::c::guarded([&] {
    const auto& own = *not_null(runtime, "runtime").runtime;
    const auto& ranks = own.communicator();
    ranks.agree([&] {
      not_null(sum, "sum");
      of_type(type, values, count, [](const auto&) { return 0.0; });
    });
    *sum = of_type(type, values, count,
                   [&](const auto& x) { return tarn::ops::sum(ranks, own.space(), x, tarn::ops::reproducible); });
    return TARN_OK;
  });
}

int tarn_min(tarn_runtime* runtime, int type, const void* values, size_t count, double* min) {
  return tarn::c::guarded([&] {
    smallest(*not_null(runtime, "runtime").runtime, type, values, count, 1, min);
    return TARN_OK;
  });
}

int tarn_max(tarn_runtime* runtime, int type, const void* values, size_t count, double* max) {
  return tarn::c::guarded([&] {
    smallest(*not_null(runtime, "runtime").runtime, type, values, count, -1, max);
    return TARN_OK;
  });
}

}  // extern "C"
