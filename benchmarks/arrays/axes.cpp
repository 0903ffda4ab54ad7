#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/reduce.hpp"

#include "cases.hpp"

// Reductions along one axis of matrices from very tall to very wide.

namespace tarn::benchmarks {

namespace {

template <int Axis, class Reduce>
Prepare along(Reduce reduce) {
  return [reduce](const Runtime& runtime, std::int64_t power) {
    const std::int64_t rows = std::int64_t{1} << power, columns = std::int64_t{1} << (24 - power);
    const auto a = runtime.array<double>("a", rows, columns);
    const auto out = runtime.array<double>("out", Axis == 0 ? columns : rows);
    ops::random_uniform(runtime.space(), a, {.seed = next_seed()});
    const double bytes = 8.0 * static_cast<double>(a.size() + out.size());
    return Prepared{bytes, 0,
                    timed(runtime, [a, out, reduce, &space = runtime.space()] { ops::assign(space, out, reduce(a)); })};
  };
}

template <int Axis>
void add_axis(Cases& cases, const std::string& ending) {
  using A = Field<double, 2>;
  cases["sum" + ending] = along<Axis>([](const A& a) { return ops::sum(a, ops::axis<Axis>); });
  cases["max" + ending] = along<Axis>([](const A& a) { return ops::max(a, ops::axis<Axis>); });
  cases["mean" + ending] = along<Axis>([](const A& a) { return ops::mean(a, ops::axis<Axis>); });
  cases["var" + ending] = along<Axis>([](const A& a) { return ops::var(a, ops::axis<Axis>); });
}

}  // namespace

void add_axes(Cases& cases) {
  add_axis<0>(cases, "_axis_0 float64");
  add_axis<1>(cases, "_axis_1 float64");
}

}  // namespace tarn::benchmarks
