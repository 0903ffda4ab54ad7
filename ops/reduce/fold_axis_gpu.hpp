#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include <Kokkos_Core.hpp>

#include "tarn/core/memory/memory.hpp"
#include "tarn/core/space.hpp"
#include "tarn/ops/reduce/axis_fold.hpp"
#include "tarn/ops/reduce/fold_kernels.hpp"

// Reductions along axes on a GPU. The threads of a block are groups x parts: a group makes one result, or the results
// of one strip where the innermost axis is kept, and its parts share the reduced loop. Neighbouring threads read
// neighbouring strips: they are the parts of a group where the innermost axis is reduced, and groups where it is kept.
// Few results are made of several segments of the reduced loop, by a block each, which a second kernel joins.

namespace tarn::ops::detail {

/// How a block's threads share the work.
struct BlockPlan {
  int groups = 1, parts = 1;  ///< powers of two
  std::int64_t segments = 1;
  std::int64_t group_blocks = 1;  ///< blocks for all results

  int threads() const { return groups * parts; }
};

inline std::int64_t power_of_two_at_most(std::int64_t n) {
  std::int64_t power = 1;
  while (2 * power <= n)
    power *= 2;
  return power;
}

/// Blocks of at most `threads`, whose parts have some work each, and enough of them to keep the device busy.
/// @param groups      in all
/// @param work        strips or rows of the reduced loop
/// @param least       of them that a part should have
/// @param neighbours  groups that should lie in one block, so that it reads in one piece
inline BlockPlan plan_blocks(int threads, std::int64_t groups, std::int64_t work, std::int64_t least,
                             std::int64_t neighbours) {
  constexpr std::int64_t busy_blocks = 1024;
  const std::int64_t wanted_parts = power_of_two_at_most(std::max<std::int64_t>(1, work / least));
  const std::int64_t most_parts =
      threads / std::min(neighbours, power_of_two_at_most(std::max<std::int64_t>(1, groups)));
  BlockPlan plan;
  plan.parts = static_cast<int>(std::clamp<std::int64_t>(wanted_parts, 1, std::max<std::int64_t>(1, most_parts)));
  plan.groups = threads / plan.parts;
  plan.group_blocks = (groups + plan.groups - 1) / plan.groups;
  plan.segments = std::clamp<std::int64_t>(busy_blocks / plan.group_blocks, 1,
                                           std::max<std::int64_t>(1, work / (plan.parts * least)));
  return plan;
}

/// What the kernels of a block share: the joining of its parts' values in the block's memory.
template <class Exec, class Fold, int Results>
struct BlockJoin {
  using Value = typename Fold::Value;
  struct Values {
    Value of[Results];
  };
  using Shared = Kokkos::View<Values*, typename Exec::scratch_memory_space, Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

  static constexpr int most_threads = [] {
    int threads = 256;
    while (threads > 32 && threads / 2 * sizeof(Values) > 32768)
      threads /= 2;
    return threads;
  }();
  /// Short values leave registers for a full device.
  static constexpr int resident_threads = sizeof(Values) <= 32 ? 768 : 512;
  using Policy = Kokkos::TeamPolicy<Exec, Kokkos::LaunchBounds<most_threads, resident_threads / most_threads>>;
  using Team = typename Policy::member_type;

  BlockPlan plan;

  static Policy policy(const Exec& space, const BlockPlan& plan) {
    Policy result(space, static_cast<int>(plan.group_blocks * plan.segments), plan.threads());
    const std::size_t shared = plan.parts == 1 ? 0 : Shared::shmem_size(static_cast<std::size_t>(plan.threads() / 2));
    return result.set_scratch_size(0, Kokkos::PerTeam(static_cast<int>(shared)));
  }

  /// Joins the values of a group's parts into those of part 0; called by the whole block.
  KOKKOS_FORCEINLINE_FUNCTION void join_parts(const Team& team, const Fold& fold, int group, int part,
                                              Values& values) const {
    if (plan.parts == 1) return;
    const Shared shared(team.team_scratch(0), static_cast<std::size_t>(plan.groups * plan.parts / 2));
    for (int half = plan.parts / 2; half > 0; half /= 2) {
      if (part >= half && part < 2 * half)
        shared(static_cast<std::size_t>((part - half) * plan.groups + group)) = values;
      team.team_barrier();
      if (part < half) {
        const Values& others = shared(static_cast<std::size_t>(part * plan.groups + group));
        TARN_UNROLL
        for (int m = 0; m < Results; ++m)
          fold.join(values.of[m], others.of[m]);
      }
      team.team_barrier();
    }
  }
};

/// The reduction itself; one segment stores its results, several leave values for JoinSegments.
/// @tparam InnerReduced  whether the innermost axis is reduced: a strip's elements then go into one result
template <class Exec, class T, class E, class Fold, bool InnerReduced>
struct BlockFold : BlockJoin<Exec, Fold, InnerReduced ? 1 : std::clamp(16 / E::least_bytes, 1, 8)> {
  static constexpr int width = std::clamp(16 / E::least_bytes, 1, 8);
  static constexpr int results = InnerReduced ? 1 : width;
  static constexpr int at_once = 4;  ///< strips that are loaded before the first is added
  /// Whether lanes lose nothing however many elements are added, and are merged once.
  static constexpr bool lasting = std::same_as<typename Fold::Lane, typename Fold::Value>;
  using Join = BlockJoin<Exec, Fold, results>;
  using typename Join::Team;
  using typename Join::Value;
  using typename Join::Values;
  using Element = typename Fold::Element;

  AxisFold<T, E, Fold> work;
  Strips kept, reduced;  ///< strips along the axis that is innermost of all, single places of the other loop
  std::int64_t kept_count, reduced_count, per_segment;
  bool reduced_is_one_axis;
  Value* partial = nullptr;  ///< (segment, result); null for one segment

  explicit BlockFold(const AxisFold<T, E, Fold>& fold)
      : work(fold),
        kept(Loop{fold.loops.kept}, InnerReduced ? 1 : width),
        reduced(not_empty(fold.loops.reduced), InnerReduced ? width : 1),
        kept_count(kept.count()),
        reduced_count(fold.loops.reduced_size() == 0 ? 0 : reduced.count()) {
    const auto& inner = InnerReduced ? fold.loops.reduced : fold.loops.kept;
    work.expression.template mark_packed<width>(inner[max_rank - 1]);
    // A part of 8 strips or more hides what it costs; 32 columns side by side are read in pieces of 512 bytes.
    this->plan = plan_blocks(Join::most_threads, kept_count, reduced_count, 8, InnerReduced ? 1 : 32);
    per_segment = (reduced_count + this->plan.segments - 1) / this->plan.segments;
    int axes = 0;
    for (int d = 0; d < max_rank; ++d)
      axes += fold.loops.reduced[d] == 1 ? 0 : 1;
    reduced_is_one_axis = axes == 1 && (!InnerReduced || inner[max_rank - 1] != 1);
  }

  KOKKOS_FUNCTION void operator()(const Team& team) const {
    const auto thread = static_cast<unsigned>(team.team_rank()), block = static_cast<unsigned>(team.league_rank());
    const auto groups = static_cast<unsigned>(this->plan.groups), parts = static_cast<unsigned>(this->plan.parts);
    const int group = static_cast<int>(InnerReduced ? thread / parts : thread % groups);
    const int part = static_cast<int>(InnerReduced ? thread % parts : thread / groups);
    const auto group_blocks = static_cast<unsigned>(this->plan.group_blocks);
    const unsigned segment = this->plan.segments == 1 ? 0 : block / group_blocks;
    const std::int64_t n = static_cast<std::int64_t>(block - segment * group_blocks) * groups + group;
    Values values;
    TARN_UNROLL
    for (int m = 0; m < results; ++m)
      values.of[m] = start_of(work.fold);
    Place place{};
    if (n < kept_count) {
      place = kept.place(n, results);
      const std::int64_t first = segment * per_segment, end = first + per_segment;
      const std::int64_t last = end < reduced_count ? end : reduced_count;
      if (reduced_is_one_axis) {
        add_strips<true>(place, first + part, last, values);
      } else {
        add_strips<false>(place, first + part, last, values);
      }
    }
    this->join_parts(team, work.fold, group, part, values);
    if (part == 0 && n < kept_count) finish(place, segment, n, values);
  }

 private:
  static Loop not_empty(Kokkos::Array<std::int64_t, max_rank> extents) {
    for (int d = 0; d < max_rank; ++d)
      extents[d] = std::max<std::int64_t>(1, extents[d]);
    return {extents};
  }
  template <bool OneAxis>
  KOKKOS_FORCEINLINE_FUNCTION Place place_of(const Place& from, std::int64_t n) const {
    if constexpr (OneAxis && InnerReduced) {
      return {{from.outer[0], from.outer[1], from.outer[2]}, n * width};
    } else if constexpr (OneAxis) {
      const auto& extents = work.loops.reduced;
      return {{from.outer[0] + (extents[0] == 1 ? 0 : n), from.outer[1] + (extents[1] == 1 ? 0 : n),
               from.outer[2] + (extents[2] == 1 ? 0 : n)},
              from.inner};
    }
    const Place along = reduced.place(n, InnerReduced ? width : 1);
    return {{from.outer[0] + along.outer[0], from.outer[1] + along.outer[1], from.outer[2] + along.outer[2]},
            from.inner + along.inner};
  }
  /// Elements of a strip from a place that there are.
  KOKKOS_FORCEINLINE_FUNCTION int count_from(const Place& place) const {
    const auto& inner = InnerReduced ? work.loops.reduced : work.loops.kept;
    const std::int64_t left = inner[max_rank - 1] - place.inner;
    return left < width ? static_cast<int>(left) : width;
  }
  KOKKOS_FORCEINLINE_FUNCTION void add(typename Fold::Lane (&lanes)[results], const Place& at, std::int64_t n,
                                       const Strip<typename E::value_type, width>& strip) const {
    const std::int64_t first = InnerReduced ? reduced.row(n) * work.loops.reduced[max_rank - 1] + at.inner : n;
    const int count = count_from(at);
    TARN_UNROLL
    for (int m = 0; m < width; ++m) {
      if (m < count)
        work.fold.add(lanes[InnerReduced ? 0 : m], convert<Element>(strip.values[m]), InnerReduced ? first + m : first);
    }
  }
  /// Adds number first, first + parts, ... below end of the reduced loop.
  template <bool OneAxis>
  KOKKOS_FORCEINLINE_FUNCTION void add_strips(const Place& from, std::int64_t first, std::int64_t end,
                                              Values& values) const {
    constexpr int merged = 128 / (at_once * (InnerReduced ? width : 1));
    const std::int64_t step = this->plan.parts;
    typename Fold::Lane lanes[results];
    TARN_UNROLL
    for (int m = 0; m < results; ++m)
      lanes[m] = work.fold.lane();
    int added = 0;
    std::int64_t n = first;
    for (; n + (at_once - 1) * step < end; n += at_once * step) {
      Place places[at_once];
      Strip<typename E::value_type, width> strips[at_once];
      TARN_UNROLL
      for (int s = 0; s < at_once; ++s) {
        places[s] = place_of<OneAxis>(from, n + s * step);
        strips[s] = work.expression.template strip<width>(places[s], count_from(places[s]));
      }
      TARN_UNROLL
      for (int s = 0; s < at_once; ++s)
        add(lanes, places[s], n + s * step, strips[s]);
      if (!lasting && ++added == merged) {
        merge(lanes, values);
        added = 0;
      }
    }
    for (; n < end; n += step) {
      const Place place = place_of<OneAxis>(from, n);
      add(lanes, place, n, work.expression.template strip<width>(place, count_from(place)));
    }
    merge(lanes, values);
  }
  KOKKOS_FORCEINLINE_FUNCTION void merge(typename Fold::Lane (&lanes)[results], Values& values) const {
    TARN_UNROLL
    for (int m = 0; m < results; ++m) {
      work.fold.merge(values.of[m], lanes[m]);
      lanes[m] = work.fold.lane();
    }
  }
  KOKKOS_FORCEINLINE_FUNCTION void finish(Place place, std::int64_t segment, std::int64_t n,
                                          const Values& values) const {
    const int count = InnerReduced ? 1 : count_from(place);
    const std::int64_t inner = InnerReduced ? 1 : work.loops.kept[max_rank - 1];
    const std::int64_t result = InnerReduced ? n : kept.row(n) * inner + place.inner;
    TARN_UNROLL
    for (int m = 0; m < results; ++m) {
      Place at = place;
      at.inner += m;
      if (m < count && partial == nullptr) work.store(at, values.of[m]);
      if (m < count && partial != nullptr) partial[segment * work.loops.kept_size() + result + m] = values.of[m];
    }
  }
};

/// Joins the values of all segments of each result.
template <class Exec, class T, class E, class Fold>
struct JoinSegments : BlockJoin<Exec, Fold, 1> {
  using Join = BlockJoin<Exec, Fold, 1>;
  using typename Join::Team;
  using typename Join::Value;
  using typename Join::Values;

  AxisFold<T, E, Fold> work;
  const Value* partial;
  std::int64_t segments;  ///< values of a result

  JoinSegments(const AxisFold<T, E, Fold>& fold, const Value* values, std::int64_t of_result)
      : work(fold), partial(values), segments(of_result) {
    this->plan = plan_blocks(Join::most_threads, fold.loops.kept_size(), of_result, 4, 16);
    this->plan.segments = 1;
  }

  KOKKOS_FUNCTION void operator()(const Team& team) const {
    const int thread = team.team_rank(), group = thread % this->plan.groups, part = thread / this->plan.groups;
    const std::int64_t results = work.loops.kept_size();
    const std::int64_t n = static_cast<std::int64_t>(team.league_rank()) * this->plan.groups + group;
    Values values;
    values.of[0] = start_of(work.fold);
    if (n < results) {
      for (std::int64_t segment = part; segment < segments; segment += this->plan.parts)
        work.fold.join(values.of[0], partial[segment * results + n]);
    }
    this->join_parts(team, work.fold, group, part, values);
    if (part != 0 || n >= results) return;
    Place place{};
    add_place(place, work.loops.kept, n);
    work.store(place, values.of[0]);
  }
};

template <bool InnerReduced, class Exec, class T, class E, class Fold>
void fold_axes_in_blocks(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  using Value = typename Fold::Value;
  BlockFold<Exec, T, E, Fold, InnerReduced> blocks(work);
  const auto segments = blocks.plan.segments;
  tarn::Scratch partial;  // goes back in the order of the stream
  if (segments > 1) {
    partial =
        tarn::Scratch(memory().device(), static_cast<std::size_t>(work.loops.kept_size() * segments) * sizeof(Value),
                      stream_of(space));
    blocks.partial = partial.as<Value>();
  }
  Kokkos::parallel_for(label, blocks.policy(space, blocks.plan), blocks);
  if (segments == 1) return;
  const JoinSegments<Exec, T, E, Fold> join(work, blocks.partial, segments);
  Kokkos::parallel_for(label + "::join", join.policy(space, join.plan), join);
}

template <class Exec, class T, class E, class Fold>
void fold_axes_on_gpu(const std::string& label, const Exec& space, const AxisFold<T, E, Fold>& work) {
  if (work.loops.inner_is_reduced) {
    fold_axes_in_blocks<true>(label, space, work);
  } else {
    fold_axes_in_blocks<false>(label, space, work);
  }
}

}  // namespace tarn::ops::detail
