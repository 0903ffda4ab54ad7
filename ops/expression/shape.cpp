#include "tarn/ops/expression/shape.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::ops {

std::int64_t Shape::size() const {
  return std::accumulate(extents.begin(), extents.begin() + rank, std::int64_t{1}, std::multiplies<>());
}

std::string to_string(const Shape& shape) {
  std::string text = "(";
  for (int d = 0; d < shape.rank; ++d)
    text += fmt::format("{}{}", d == 0 ? "" : ", ", shape.extents[static_cast<std::size_t>(d)]);
  return text + (shape.rank == 1 ? ",)" : ")");
}

Shape broadcast_shapes(const char* operation, const Shape& a, const Shape& b) {
  Shape result;
  result.rank = std::max(a.rank, b.rank);
  for (int back = 1; back <= result.rank; ++back) {
    const std::int64_t in_a = back <= a.rank ? a.extents[static_cast<std::size_t>(a.rank - back)] : 1;
    const std::int64_t in_b = back <= b.rank ? b.extents[static_cast<std::size_t>(b.rank - back)] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      throw ShapeMismatch(fmt::format("{}: shapes {} and {} do not broadcast: axis {} has {} and {}", operation,
                                      to_string(a), to_string(b), result.rank - back, in_a, in_b));
    }
    result.extents[static_cast<std::size_t>(result.rank - back)] = in_a == 1 ? in_b : in_a;
  }
  return result;
}

void require_broadcast(const char* operation, const Shape& from, const Shape& to) {
  bool fits = from.rank <= to.rank;
  for (int back = 1; fits && back <= from.rank; ++back) {
    const std::int64_t extent = from.extents[static_cast<std::size_t>(from.rank - back)];
    fits = extent == 1 || extent == to.extents[static_cast<std::size_t>(to.rank - back)];
  }
  if (!fits) {
    throw ShapeMismatch(fmt::format("{}: the expression of shape {} does not broadcast to the target of shape {}",
                                    operation, to_string(from), to_string(to)));
  }
}

namespace detail {

namespace {

/// One unknown of the question whether two accesses meet: an index times its stride in bytes.
struct Term {
  std::int64_t stride;
  std::int64_t low, high;  ///< of the index
};

void add_term(std::vector<Term>& terms, std::int64_t stride, std::int64_t low, std::int64_t high) {
  if (stride == 0 || low == high) return;
  for (Term& term : terms) {
    if (term.stride == stride) {
      term.low += low;
      term.high += high;
      return;
    }
  }
  terms.push_back({stride, low, high});
}

/// Whether the terms from `first` on can add up to a number in [low, high]; terms have falling strides.
bool can_reach(const std::vector<Term>& terms, std::size_t first, std::int64_t low, std::int64_t high, int& budget) {
  if (--budget < 0) return true;
  if (first == terms.size()) return low <= 0 && 0 <= high;
  std::int64_t least = 0, most = 0;  // what the later terms can add
  for (std::size_t n = first + 1; n < terms.size(); ++n) {
    least += terms[n].stride * terms[n].low;
    most += terms[n].stride * terms[n].high;
  }
  const Term& term = terms[first];
  const auto floor_divide = [](std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const std::int64_t from = std::max(term.low, -floor_divide(-(low - most), term.stride));
  const std::int64_t to = std::min(term.high, floor_divide(high - least, term.stride));
  for (std::int64_t n = from; n <= to; ++n) {
    if (can_reach(terms, first + 1, low - n * term.stride, high - n * term.stride, budget)) return true;
  }
  return false;
}

bool solve(std::vector<Term>& terms, std::int64_t low, std::int64_t high) {
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.stride > b.stride; });
  int budget = 20000;
  return can_reach(terms, 0, low, high, budget);
}

bool same_elements(const Shape& shape, const Access& a, const Access& b) {
  if (a.data != b.data || a.element_bytes != b.element_bytes) return false;
  for (int d = 0; d < shape.rank; ++d) {
    const auto axis = static_cast<std::size_t>(d);
    if (shape.extents[axis] > 1 && a.strides[axis] != b.strides[axis]) return false;
  }
  return true;
}

/// Whether some difference of indices, not zero, moves nowhere.
bool meets_itself(const Shape& shape, const Access& access) {
  for (int d = 0; d < shape.rank; ++d) {
    const auto axis = static_cast<std::size_t>(d);
    const std::int64_t extent = shape.extents[axis];
    if (extent <= 1) continue;
    if (access.strides[axis] == 0) return true;
    // Axis d differs by at least one, the axes before it not at all.
    std::vector<Term> terms;
    terms.push_back({access.strides[axis], 1, extent - 1});
    for (int later = d + 1; later < shape.rank; ++later) {
      const auto other = static_cast<std::size_t>(later);
      const std::int64_t reach = shape.extents[other] - 1;
      if (reach > 0) terms.push_back({access.strides[other], -reach, reach});
    }
    if (std::any_of(terms.begin(), terms.end(), [](const Term& term) { return term.stride == 0; })) return true;
    if (solve(terms, 0, 0)) return true;
  }
  return false;
}

bool is_dense(const Shape& shape, const Access& access) {
  std::int64_t expected = 1;
  for (int d = shape.rank - 1; d >= 0; --d) {
    const auto axis = static_cast<std::size_t>(d);
    if (shape.extents[axis] > 1 && access.strides[axis] != expected) return false;
    expected *= shape.extents[axis];
  }
  return true;
}

/// Axes by falling stride of the first access, those of later ones breaking ties; stable.
std::vector<std::size_t> axis_order(const Shape& shape, const std::vector<Access>& accesses, bool reorder) {
  std::vector<std::size_t> order;
  for (std::size_t d = 0; d < static_cast<std::size_t>(shape.rank); ++d) {
    if (shape.extents[d] != 1) order.push_back(d);
  }
  if (!reorder) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    for (const Access& access : accesses) {
      if (access.strides[a] != access.strides[b] && access.strides[a] != 0 && access.strides[b] != 0)
        return access.strides[a] > access.strides[b];
    }
    return false;
  });
  return order;
}

}  // namespace

AxisMap align_right(const AxisMap& outer, int outer_rank, int rank) {
  AxisMap map{};
  for (int d = 0; d < rank; ++d)
    map[static_cast<std::size_t>(d)] = outer[static_cast<std::size_t>(d + outer_rank - rank)];
  return map;
}

std::int64_t Loop::size() const {
  return rows() * inner();
}

std::int64_t Loop::rows() const {
  return extents[0] * extents[1] * extents[2];
}

Loop plan_loop(const Shape& shape, std::vector<Access>& accesses, bool reorder) {
  static_assert(max_rank == 4, "Loop's extents begin as four ones");
  const auto order = axis_order(shape, accesses, reorder);
  Loop loop;
  std::vector<Strides> planned(accesses.size(), Strides{});
  std::size_t axis = max_rank;  // the axis of the loop that was filled last; filled from the innermost
  for (auto from = order.rbegin(); from != order.rend(); ++from) {
    const std::int64_t extent = shape.extents[*from];
    bool merges = axis < max_rank;
    for (std::size_t n = 0; merges && n < accesses.size(); ++n)
      merges = accesses[n].strides[*from] == planned[n][axis] * loop.extents[axis];
    if (merges) {
      loop.extents[axis] *= extent;
      continue;
    }
    loop.extents[--axis] = extent;
    for (std::size_t n = 0; n < accesses.size(); ++n)
      planned[n][axis] = accesses[n].strides[*from];
  }
  for (std::size_t n = 0; n < accesses.size(); ++n)
    accesses[n].strides = planned[n];
  return loop;
}

bool may_overlap(const Shape& shape, const Access& a, const Access& b) {
  std::vector<Term> terms;
  for (std::size_t d = 0; d < static_cast<std::size_t>(shape.rank); ++d) {
    const std::int64_t last = shape.extents[d] - 1;
    add_term(terms, a.strides[d] * a.element_bytes, 0, last);
    add_term(terms, b.strides[d] * b.element_bytes, -last, 0);
  }
  const auto apart = reinterpret_cast<std::intptr_t>(b.data) - reinterpret_cast<std::intptr_t>(a.data);
  return solve(terms, apart - a.element_bytes + 1, apart + b.element_bytes - 1);
}

bool overlaps_itself(const Shape& shape, const Access& access) {
  return shape.size() > 0 && !is_dense(shape, access) && meets_itself(shape, access);
}

void require_no_hazard(const char* operation, const Shape& shape, const Access& target,
                       const std::vector<Access>& sources) {
  if (shape.size() == 0) return;
  require(!overlaps_itself(shape, target),
          fmt::format("{}: elements of the target of shape {} overlap each other", operation, to_string(shape)));
  for (std::size_t n = 0; n < sources.size(); ++n) {
    const Access& source = sources[n];
    if (source.data == nullptr || same_elements(shape, target, source) || !may_overlap(shape, target, source)) continue;
    throw Error(
        fmt::format("{}: operand {} ({}, at {}) overlaps the target ({} of shape {}, at {}) other than element "
                    "by element, which would change the result; copy it first",
                    operation, n, source.type, source.data, target.type, to_string(shape), target.data));
  }
}

}  // namespace detail
}  // namespace tarn::ops
