#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/ops/reduce/fold_axis_host.hpp"

// The kernels that reduce along axes on a GPU, and the choice between all.

namespace tarn::ops::detail {

/// On a GPU: the reduced loop in segments, so that few results keep the device busy too. Values of segments are joined
/// by JoinSegments; a single segment stores its result at once.
template <class T, class E, class Fold>
struct SegmentFold : AxisFold<T, E, Fold> {
  using Value = typename Fold::Value;

  std::int64_t segments;
  Value* partial;  ///< (result, segment); null for one segment

  KOKKOS_FORCEINLINE_FUNCTION std::int64_t segment_begin(std::int64_t segment) const {
    return this->loops.reduced_size() * segment / segments;
  }
  KOKKOS_FORCEINLINE_FUNCTION void finish(std::int64_t kept, std::int64_t segment, const Place& place,
                                          const Value& value) const {
    if (partial == nullptr) {
      this->store(place, value);
    } else {
      partial[kept * segments + segment] = value;
    }
  }
  /// Adds elements first, first + step, ... below end; four are loaded before the first is added.
  KOKKOS_FORCEINLINE_FUNCTION void add_elements(const Place& place, std::int64_t first, std::int64_t end,
                                                std::int64_t step, Value& value) const {
    constexpr int at_once = 4;
    typename Fold::Lane lane = this->fold.lane();
    int added = 0;
    std::int64_t n = first;
    for (; n + (at_once - 1) * step < end; n += at_once * step) {
      typename Fold::Element elements[at_once];
      TARN_UNROLL
      for (int m = 0; m < at_once; ++m)
        elements[m] = this->element(place, n + m * step);
      TARN_UNROLL
      for (int m = 0; m < at_once; ++m)
        this->fold.add(lane, elements[m], n + m * step);
      if (++added == 32) {
        this->fold.merge(value, lane);
        lane = this->fold.lane();
        added = 0;
      }
    }
    for (; n < end; n += step)
      this->fold.add(lane, this->element(place, n), n);
    this->fold.merge(value, lane);
  }
};

/// On a GPU, the innermost axis kept: neighbouring threads make neighbouring results.
template <class T, class E, class Fold>
struct ThreadFold : SegmentFold<T, E, Fold> {
  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    const std::int64_t results = this->loops.kept_size(), segment = n / results, kept = n - segment * results;
    Place place{};
    add_place(place, this->loops.kept, kept);
    auto value = start_of(this->fold);
    this->add_elements(place, this->segment_begin(segment), this->segment_begin(segment + 1), 1, value);
    this->finish(kept, segment, place, value);
  }
};

/// On a GPU, the innermost axis reduced: the lanes of a vector read neighbouring elements of one result.
template <class Exec, class T, class E, class Fold>
struct VectorFold : SegmentFold<T, E, Fold> {
  using Policy = Kokkos::TeamPolicy<Exec>;
  int lanes;

  KOKKOS_FUNCTION void operator()(const typename Policy::member_type& team) const {
    const std::int64_t n = static_cast<std::int64_t>(team.league_rank()) * team.team_size() + team.team_rank();
    const std::int64_t kept = n / this->segments, segment = n - kept * this->segments;
    if (kept >= this->loops.kept_size()) return;
    Place place{};
    add_place(place, this->loops.kept, kept);
    const std::int64_t begin = this->segment_begin(segment), end = this->segment_begin(segment + 1);
    auto value = start_of(this->fold);
    Kokkos::parallel_reduce(
        Kokkos::ThreadVectorRange(team, lanes),
        [&](const int lane, typename Fold::Value& of_lane) {
          this->add_elements(place, begin + lane, end, lanes, of_lane);
        },
        FoldReducer<Fold>(this->fold, value));
    Kokkos::single(Kokkos::PerThread(team), [&] { this->finish(kept, segment, place, value); });
  }
};

/// On a GPU: joins the values of a result's segments, a team for a result.
template <class Exec, class T, class E, class Fold>
struct JoinSegments : SegmentFold<T, E, Fold> {
  using Policy = Kokkos::TeamPolicy<Exec>;

  KOKKOS_FUNCTION void operator()(const typename Policy::member_type& team) const {
    const std::int64_t kept = team.league_rank();
    auto value = start_of(this->fold);
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, static_cast<int>(this->segments)),
        [&](const int segment, typename Fold::Value& of_thread) {
          this->fold.join(of_thread, this->partial[kept * this->segments + segment]);
        },
        FoldReducer<Fold>(this->fold, value));
    Kokkos::single(Kokkos::PerTeam(team), [&] {
      Place place{};
      add_place(place, this->loops.kept, kept);
      this->store(place, value);
    });
  }
};

/// Segments that give a GPU enough to do.
/// @param at_once   results whose threads would run without segments
/// @param elements  reduced for each result
/// @param least     elements that a segment should have
inline std::int64_t segments_for(std::int64_t at_once, std::int64_t wanted, std::int64_t elements, std::int64_t least) {
  return std::clamp<std::int64_t>(wanted / std::max<std::int64_t>(1, at_once), 1,
                                  std::max<std::int64_t>(1, elements / least));
}

template <class Exec, class T, class E, class Fold>
void fold_axes_on_gpu(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  using Value = typename Fold::Value;
  const std::int64_t results = work.loops.kept_size(), elements = work.loops.reduced_size();
  constexpr std::int64_t busy_threads = 1 << 18, busy_vectors = 1 << 14;
  const bool by_vector = work.loops.inner_is_reduced;
  const std::int64_t segments = by_vector ? segments_for(results, busy_vectors, elements, 1024)
                                          : segments_for(results, busy_threads, elements, 64);
  Kokkos::View<Value*, Exec> partial;
  if (segments > 1) {
    partial = Kokkos::View<Value*, Exec>(Kokkos::view_alloc(label + "::partial", Kokkos::WithoutInitializing),
                                         static_cast<std::size_t>(results * segments));
  }
  const SegmentFold<T, E, Fold> shared{work, segments, segments > 1 ? partial.data() : nullptr};
  if (by_vector) {
    int lanes = 32;
    while (lanes > 2 && lanes / 2 >= elements)
      lanes /= 2;
    const int threads = 256 / lanes;
    const auto league = static_cast<int>((results * segments + threads - 1) / threads);
    Kokkos::parallel_for(label, Kokkos::TeamPolicy<Exec>(space, league, threads, lanes),
                         VectorFold<Exec, T, E, Fold>{shared, lanes});
  } else {
    Kokkos::parallel_for(label, Range<Exec>(space, 0, results * segments), ThreadFold<T, E, Fold>{shared});
  }
  if (segments > 1) {
    Kokkos::parallel_for(label + "::join", Kokkos::TeamPolicy<Exec>(space, static_cast<int>(results), 128),
                         JoinSegments<Exec, T, E, Fold>{shared});
    space.fence();  // before the partial values are freed
  }
}

/// Reduces along axes into the target; no fence unless few results need segments.
template <class Exec, class T, class E, class Fold>
void fold_axes(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  if constexpr (is_gpu<Exec>) {
    fold_axes_on_gpu(label, space, work);
  } else if (work.loops.inner_is_reduced || work.loops.reduced_size() == 0) {
    const HostRowFold<T, E, Fold> rows{work};
    Kokkos::parallel_for(label, Range<Exec>(space, 0, rows.count()), rows);
  } else {
    const HostColumnFold<T, E, Fold> columns{work};
    Kokkos::parallel_for(label, Range<Exec>(space, 0, columns.count()), columns);
  }
}

}  // namespace tarn::ops::detail
