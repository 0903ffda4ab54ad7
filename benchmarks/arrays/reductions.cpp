#include "tarn/ops/expression/operators.hpp"
#include "tarn/ops/random/random_fill.hpp"
#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/ops/reduce/sum_reproducibly.hpp"

#include "cases.hpp"

// Reductions of whole arrays, to a value on the host.

namespace tarn::benchmarks {

namespace {

/// Where results go, so that no reduction is left out as useless.
volatile double kept = 0;

template <class T, class Reduce>
Prepare reduction(int inputs, Reduce reduce) {
  return [inputs, reduce](const Runtime& runtime, std::int64_t size) {
    const auto a = runtime.array<T>("a", size);
    ops::random_uniform(runtime.space(), a, {.seed = next_seed()});
    auto b = a;
    if (inputs == 2) {
      b = runtime.array<T>("b", size);
      ops::random_uniform(runtime.space(), b, {.seed = next_seed()});
    }
    const double bytes = static_cast<double>(size) * sizeof(T) * inputs;
    return Prepared{bytes, 0, timed(runtime, [a, b, reduce, &space = runtime.space()] {
                      kept = static_cast<double>(reduce(space, a, b));
                    })};
  };
}

template <class T>
void add_all(Cases& cases, const std::string& type) {
  using A = Field<T, 1>;
  cases["sum" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::sum(s, a); });
  cases["dot" + type] = reduction<T>(2, [](const Space& s, const A& a, const A& b) { return ops::dot(s, a, b); });
  cases["min" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::min(s, a); });
  cases["max" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::max(s, a); });
  cases["argmax" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::argmax(s, a); });
  cases["mean" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::mean(s, a); });
  cases["var" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::var(s, a); });
  cases["norm2" + type] = reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::norm2(s, a); });
  cases["sum_of_squares" + type] =
      reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::sum(s, ops::square(a)); });
  cases["sum_reproducible" + type] =
      reduction<T>(1, [](const Space& s, const A& a, const A&) { return ops::sum(s, a, ops::reproducible); });
}

}  // namespace

void add_reductions(Cases& cases) {
  add_all<double>(cases, " float64");
  add_all<float>(cases, " float32");
}

}  // namespace tarn::benchmarks
