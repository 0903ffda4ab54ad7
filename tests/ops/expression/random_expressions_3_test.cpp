#include "tarn/tests/ops/expression/random_expressions.hpp"

namespace tarn::ops::test {
namespace {

#define EXPRESSION(number, kind, A, B, C, text)                                                  \
  TEST(RandomExpression, Number##number##AgreesWithNumPy) {                                      \
    check_expression<A, B, C>(number, #text,                                                     \
                              []([[maybe_unused]] const auto& a, [[maybe_unused]] const auto& b, \
                                 [[maybe_unused]] const auto& c) { return text; });              \
  }
#include "tarn/tests/ops/expression/expressions_3.inc"
#undef EXPRESSION

}  // namespace
}  // namespace tarn::ops::test
