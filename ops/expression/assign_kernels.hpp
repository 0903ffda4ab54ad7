#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/expression/fast_division.hpp"
#include "tarn/ops/expression/lowered.hpp"
#include "tarn/ops/expression/store_lines.hpp"

// The kernels behind assign(): one for hosts, and on a GPU one for contiguous operands and one for all others.

namespace tarn::ops::detail {

template <class Exec>
inline constexpr bool is_gpu = !Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible;

/// Where assign() writes.
template <class T>
struct Target {
  T* data;
  std::int64_t strides[max_rank];
  bool packed = false;  ///< whether strips are aligned and contiguous

  KOKKOS_FORCEINLINE_FUNCTION T* address(const Place& place) const {
    std::int64_t offset = place.inner * strides[max_rank - 1];
    TARN_UNROLL
    for (int d = 0; d < max_rank - 1; ++d)
      offset += place.outer[d] * strides[d];
    return data + offset;
  }
  Leaf<T> leaf() const { return {data, {strides[0], strides[1], strides[2], strides[3]}, false}; }
};

/// The place of row number `row` of a loop.
inline Place row_place(const Loop& loop, std::int64_t row) {
  const std::int64_t plane = row / loop.extents[2];
  return {{plane / loop.extents[1], plane % loop.extents[1], row % loop.extents[2]}, 0};
}

/// On a host: rows in chunks, which threads share.
struct Chunks {
  static constexpr std::int64_t most = 1 << 15;  ///< elements of a chunk

  explicit Chunks(const Loop& planned) : loop(planned), per_row((planned.inner() + most - 1) / most) {}

  std::int64_t count() const { return loop.rows() * per_row; }
  /// Calls body(place, elements) for chunk n.
  template <class Body>
  void visit(std::int64_t n, const Body& body) const {
    Place place = row_place(loop, n / per_row);
    place.inner = n % per_row * most;
    body(place, std::min(most, loop.inner() - place.inner));
  }

  Loop loop;
  std::int64_t per_row;
};

/// Calls body(piece, place, elements) for pieces of a chunk, whose operands are contiguous.
/// @param most  elements of a piece; above piece_elements only where every operand is contiguous anyway
template <class E, class Body>
void for_each_piece(const E& expression, Place place, std::int64_t count, std::int64_t most, const Body& body) {
  alignas(64) std::byte buffers[std::max(1, E::leaves) * piece_elements * 16];
  const std::int64_t end = place.inner + count;
  while (place.inner < end) {
    const std::int64_t elements = std::min(most, end - place.inner);
    Scratch scratch{buffers};
    E piece = expression;
    piece.bind(expression, place, elements, scratch);
    body(piece, place, elements);
    place.inner += elements;
  }
}

template <class T, class E>
struct HostAssign {
  Chunks chunks;
  Target<T> target;
  E expression;
  bool gathers;  ///< whether an operand is not contiguous along the innermost axis
  bool stream;   ///< whether the target, contiguous, is stored past the caches

  void operator()(const std::int64_t n) const {
    chunks.visit(n, [this](const Place& place, std::int64_t count) { run(place, count); });
    if (stream) end_stores_past_caches();
  }

 private:
  void run(const Place& place, std::int64_t count) const {
    const std::int64_t step = target.strides[max_rank - 1];
    const std::int64_t most = step == 1 && !gathers ? count : piece_elements;
    for_each_piece(expression, place, count, most, [&](const E& piece, const Place& from, std::int64_t elements) {
      T* const out = target.address(from);
      if (stream) {
        store_past_caches(piece, out, elements);
      } else if (step == 1) {
        store_elements(piece, out, 0, elements);
      } else {
        alignas(64) T values[piece_elements];
        store_elements(piece, values, 0, elements);
        for (std::int64_t m = 0; m < elements; ++m)
          out[m * step] = values[m];
      }
    });
  }
};

/// Elements of a strip: 16 bytes of the smallest operand, 8 at most.
template <class T, class E>
inline constexpr int strip_width = std::clamp(16 / std::min<int>(sizeof(T), E::least_bytes), 1, 8);

/// On a GPU, every operand contiguous and aligned: two strips a thread, both computed before the first is stored.
template <class T, class E>
struct FlatAssign {
  static constexpr int width = strip_width<T, E>;
  static constexpr int strips = 2;

  T* target;
  E expression;
  std::int64_t size;
  std::int64_t threads;

  static std::int64_t threads_for(std::int64_t size) {
    return std::max<std::int64_t>(1, (size / width + strips - 1) / strips);
  }

  template <class V>
  KOKKOS_FORCEINLINE_FUNCTION void store(std::int64_t n, const V& values) const {
    Strip<T, width> converted;
    TARN_UNROLL
    for (int m = 0; m < width; ++m)
      converted.values[m] = convert<T>(values.values[m]);
    reinterpret_cast<Strip<T, width>*>(target)[n] = converted;
  }
  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const std::int64_t whole = size / width, second = n + threads;
    if (second < whole) {
      const auto first_values = expression.template flat_strip<width>(n);
      const auto second_values = expression.template flat_strip<width>(second);
      store(n, first_values);
      store(second, second_values);
    } else if (n < whole) {
      store(n, expression.template flat_strip<width>(n));
    }
    if (n == 0) {
      for (std::int64_t m = whole * width; m < size; ++m)
        target[m] = convert<T>(expression.flat(m));
    }
  }
};

/// On a GPU: rows in strips, one a thread, numbered with 31 bits where they can be.
struct Strips {
  Strips(const Loop& planned, int width)
      : loop(planned),
        per_row((planned.inner() + width - 1) / width),
        small(per_row * planned.rows() <= std::numeric_limits<std::int32_t>::max()) {
    if (!small) return;
    by_row = FastDivision(static_cast<std::uint32_t>(per_row));
    by_plane = FastDivision(static_cast<std::uint32_t>(loop.extents[2]));
    by_block = FastDivision(static_cast<std::uint32_t>(loop.extents[1]));
  }

  std::int64_t count() const { return per_row * loop.rows(); }
  /// The row that strip n is in.
  KOKKOS_FORCEINLINE_FUNCTION std::int64_t row(std::int64_t n) const {
    return small ? by_row.quotient(static_cast<std::uint32_t>(n)) : n / per_row;
  }
  KOKKOS_FORCEINLINE_FUNCTION Place place(std::int64_t n, int width) const {
    if (small) {
      const auto number = static_cast<std::uint32_t>(n);
      const std::uint32_t row = by_row.quotient(number), plane = by_plane.quotient(row);
      const std::uint32_t block = by_block.quotient(plane);
      return {{block, plane - block * by_block.divisor, row - plane * by_plane.divisor},
              std::int64_t{number - row * by_row.divisor} * width};
    }
    const std::int64_t row = n / per_row, plane = row / loop.extents[2];
    return {{plane / loop.extents[1], plane % loop.extents[1], row % loop.extents[2]}, n % per_row * width};
  }

  Loop loop;
  std::int64_t per_row;
  bool small;
  FastDivision by_row, by_plane, by_block;
};

/// On a GPU, any operands: a thread takes one strip of a row.
template <class T, class E>
struct StripAssign {
  static constexpr int width = strip_width<T, E>;

  Target<T> target;
  E expression;
  Strips strips;

  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const Place place = strips.place(n, width);
    const std::int64_t left = strips.loop.inner() - place.inner;
    const int count = left < width ? static_cast<int>(left) : width;
    const auto values = expression.template strip<width>(place, count);
    Strip<T, width> converted;
    TARN_UNROLL
    for (int m = 0; m < width; ++m)
      converted.values[m] = convert<T>(values.values[m]);
    T* const out = target.address(place);
    if (target.packed) {
      *reinterpret_cast<Strip<T, width>*>(out) = converted;
      return;
    }
    TARN_UNROLL
    for (int m = 0; m < width; ++m) {
      if (m < count) out[m * target.strides[max_rank - 1]] = converted.values[m];
    }
  }
};

template <class Exec>
using Range = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::int64_t>>;

/// Whether a target on a host is worth storing past the caches: contiguous, and too large for them.
template <class T>
bool stores_past_caches(const Loop& loop, const Target<T>& target) {
  constexpr std::int64_t cached_bytes = 4 << 20;
  return target.strides[max_rank - 1] == 1 && loop.inner() >= piece_elements &&
         loop.size() * static_cast<std::int64_t>(sizeof(T)) > cached_bytes;
}

template <class Exec, class T, class E>
void run_on_host(const std::string& label, const Exec& space, const Loop& loop, const Target<T>& target,
                 const E& expression) {
  const Chunks chunks(loop);
  Kokkos::parallel_for(
      label, Range<Exec>(space, 0, chunks.count()),
      HostAssign<T, E>{chunks, target, expression, !expression.is_contiguous(), stores_past_caches(loop, target)});
}

template <class Exec, class T, class E>
void run_on_gpu(const std::string& label, const Exec& space, const Loop& loop, Target<T> target, E expression) {
  using Flat = FlatAssign<T, E>;
  constexpr int width = Flat::width;
  const Leaf<T> as_leaf = target.leaf();
  if (loop.rows() == 1 && as_leaf.is_contiguous() && as_leaf.is_aligned(width) && expression.is_contiguous() &&
      expression.is_aligned(width)) {
    const std::int64_t threads = Flat::threads_for(loop.size());
    Kokkos::parallel_for(label, Range<Exec>(space, 0, threads), Flat{target.data, expression, loop.size(), threads});
    return;
  }
  target.packed = as_leaf.template packs<width>(loop.inner());
  expression.template mark_packed<width>(loop.inner());
  const Strips strips(loop, width);
  Kokkos::parallel_for(label, Range<Exec>(space, 0, strips.count()), StripAssign<T, E>{target, expression, strips});
}

}  // namespace tarn::ops::detail
