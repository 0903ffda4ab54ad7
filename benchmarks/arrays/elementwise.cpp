#include <memory>

#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/random/random_fill.hpp"

#include "cases.hpp"

// Expressions fused into one kernel, and formulas over named arrays.

namespace tarn::benchmarks {

namespace {

using namespace ops;

/// The operands of one case, of `count` random arrays and a target.
template <class T>
struct Operands {
  Operands(const Runtime& runtime, int count, std::int64_t size) : out(runtime.array<T>("out", size)) {
    for (int n = 0; n < count; ++n) {
      in[n] = runtime.array<T>("in", size);
      ops::random_uniform(runtime.space(), in[n], {.seed = next_seed()});
    }
  }
  Field<T, 1> in[5], out;
};

/// A case that assigns what `assign_all` says.
template <class T, class Assign>
Prepare streams(int inputs, Assign assign_all) {
  return [inputs, assign_all](const Runtime& runtime, std::int64_t size) {
    const Operands<T> x(runtime, inputs, size);
    const double bytes = static_cast<double>(size) * sizeof(T) * (inputs + 1);
    return Prepared{bytes, 0, timed(runtime, [x, assign_all, &runtime] { assign_all(runtime.space(), x); })};
  };
}

template <class T>
void add_streams(Cases& cases, const std::string& type) {
  using Args = Operands<T>;
  cases["streams_2" + type] =
      streams<T>(1, [](const Space& space, const Args& x) { assign(space, x.out, 2.5 * x.in[0] + 1.0); });
  cases["streams_3" + type] =
      streams<T>(2, [](const Space& space, const Args& x) { assign(space, x.out, x.in[0] + x.in[1]); });
  cases["streams_4" + type] =
      streams<T>(3, [](const Space& space, const Args& x) { assign(space, x.out, x.in[0] * x.in[1] + x.in[2]); });
  cases["streams_5" + type] = streams<T>(
      4, [](const Space& space, const Args& x) { assign(space, x.out, x.in[0] * x.in[1] + x.in[2] * x.in[3]); });
  cases["streams_6" + type] = streams<T>(5, [](const Space& space, const Args& x) {
    assign(space, x.out, (x.in[0] * x.in[1] + x.in[2] * x.in[3]) * x.in[4]);
  });
  cases["where" + type] = streams<T>(
      2, [](const Space& space, const Args& x) { assign(space, x.out, where(x.in[0] > 0.5, x.in[0], x.in[1])); });
  cases["sin" + type] = streams<T>(1, [](const Space& space, const Args& x) { assign(space, x.out, sin(x.in[0])); });
  cases["exp" + type] = streams<T>(1, [](const Space& space, const Args& x) { assign(space, x.out, exp(x.in[0])); });
  cases["log" + type] = streams<T>(1, [](const Space& space, const Args& x) { assign(space, x.out, log(x.in[0])); });
}

/// A matrix plus a vector along its rows or columns; `size` elements in rows of 4096.
template <bool ByRow>
Prepared prepare_broadcast(const Runtime& runtime, std::int64_t size) {
  constexpr std::int64_t columns = 4096;
  const std::int64_t rows = size / columns;
  const auto a = runtime.array<double>("a", rows, columns), out = runtime.array<double>("out", rows, columns);
  const auto vector = runtime.array<double>("vector", ByRow ? columns : rows);
  ops::random_uniform(runtime.space(), a, {.seed = next_seed()});
  ops::random_uniform(runtime.space(), vector, {.seed = next_seed()});
  const double bytes = 16.0 * static_cast<double>(rows * columns);
  return {bytes, 0, timed(runtime, [a, out, vector, &space = runtime.space()] {
            if constexpr (ByRow) {
              assign(space, out, a + row(vector));
            } else {
              assign(space, out, a + column(vector));
            }
          })};
}

Prepare formula(const std::string& text) {
  return [text](const Runtime& runtime, std::int64_t size) {
    const Operands<double> x(runtime, 3, size);
    const auto compiled =
        std::make_shared<const ops::Formula>(text, ops::FormulaContext{{"a", "b", "c"}, {}, false, {}});
    const double bytes = 32.0 * static_cast<double>(size);
    return Prepared{bytes, 0, timed(runtime, [x, compiled, &space = runtime.space()] {
                      assign(space, x.out, *compiled, {{"a", x.in[0]}, {"b", x.in[1]}, {"c", x.in[2]}});
                    })};
  };
}

}  // namespace

void add_elementwise(Cases& cases) {
  add_streams<double>(cases, " float64");
  add_streams<float>(cases, " float32");
  cases["row float64"] = prepare_broadcast<true>;
  cases["column float64"] = prepare_broadcast<false>;
  cases["formula_2 float64"] = formula("a * b + c");
  cases["formula_16 float64"] =
      formula("((a * b + c) * (a - b) + (b * c - a) * (c + a)) * ((a + b) * c - 2 * a) + (a - 3) * (b + 4) - c * 5");
}

}  // namespace tarn::benchmarks
