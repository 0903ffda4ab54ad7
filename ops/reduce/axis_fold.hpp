#pragma once

#include <Kokkos_Core.hpp>

#include "tarn/ops/expression/assign_kernels.hpp"
#include "tarn/ops/reduce/axes.hpp"

namespace tarn::ops::detail {

/// What a reduction of one block of several leaves for each result; see BlockReduction.
template <class Fold>
struct Partial {
  typename Fold::Value value;
};

/// What all kernels along axes share.
template <class T, class E, class Fold>
struct AxisFold {
  using Value = typename Fold::Value;

  AxisLoops loops;
  Target<T> target;
  E expression;
  Fold fold;

  KOKKOS_FORCEINLINE_FUNCTION void store(const Place& place, const Value& value) const {
    put(*target.address(place), value);
  }
  KOKKOS_FORCEINLINE_FUNCTION void put(T& to, const Value& value) const {
    if constexpr (std::same_as<T, Partial<Fold>>) {
      fold.join(to.value, value);
    } else {
      to = convert<T>(fold.result(value, loops.reduced_size()));
    }
  }
  /// On a host, contiguous operands bound at a place.
  E bound(const Place& place, std::int64_t count) const {
    NoScratch none;
    E piece = expression;
    piece.bind(expression, place, count, none);
    return piece;
  }
};

}  // namespace tarn::ops::detail
