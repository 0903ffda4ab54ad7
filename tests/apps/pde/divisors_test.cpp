// What the equations of a deck divide by, where a step may lead across its 0.
#include "tarn/apps/pde/divisors.hpp"

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/pde/pde.hpp"

namespace tarn::apps::pde {
namespace {

using Texts = std::vector<std::string>;

struct Read {
  std::unique_ptr<const Case> made;
  System system;

  /// @param rate  of u
  explicit Read(const std::string& rate, const std::string& more = "")
      : made(parse_case(
            fmt::format("[run]\napp = \"pde\"\n[grid]\ncells = [8]\n[time]\nend = 1\ndt = 0.1\n[pde]\ntrust_dt = true\n"
                        "[pde.equations]\nu = \"{}\"\nv = \"u - v\"\n[pde.initial]\nu = 0.7\nv = 2.3\n{}",
                        rate, more),
            "deck")),
        system(system_of(made->deck())) {}

  Divisors divisors() const { return {made->deck(), system}; }
};

/// The divisors as they are told.
Texts texts(const Read& read) {
  const Divisors divisors = read.divisors();
  Texts found;
  for (std::size_t n = 0; n < divisors.nodes().size(); ++n) {
    const std::string told = divisors.changed_sign(n, 0.5), begins = "this divides by ", ends = ", whose sign";
    const auto first = told.find(begins) + begins.size();
    found.push_back(told.substr(first, told.find(ends) - first));
  }
  return found;
}

TEST(PdeDivisors, AreFoundInAllParts) {
  EXPECT_EQ(texts(Read("-u / (0.05 + u)")), (Texts{"0.05 + u"}));
  EXPECT_EQ(texts(Read("sin(1 / v) * laplace(u / (u - v))")), (Texts{"u - v", "v"}));
  EXPECT_EQ(texts(Read("u / (1 + 1 / (u - 2))")).size(), 2U);
  EXPECT_EQ(texts(Read("mean(u / v)")), (Texts{"v"}));
  EXPECT_EQ(texts(Read("laplace(a)", "[pde.let]\na = \"dx(u) / v\"\n")), (Texts{"v"}));
  EXPECT_EQ(texts(Read("u / (t - 0.5)")), (Texts{"t - 0.5"}));
}

TEST(PdeDivisors, ProductsAndPowersAreTakenApart) {
  EXPECT_EQ(texts(Read("1 / (u * v)")).size(), 2U);
  EXPECT_EQ(texts(Read("1 / (u - 1)^2")), (Texts{"u - 1"}));
  EXPECT_EQ(texts(Read("(u - 1)^-3")), (Texts{"u - 1"}));
  EXPECT_EQ(texts(Read("1 / (2 * abs(u))")), (Texts{"u"}));
  EXPECT_EQ(texts(Read("1 / (u / (1 + v^2))")), (Texts{"u"}));
  EXPECT_EQ(texts(Read("v / u + u / u^2")), (Texts{"u"}));
}

TEST(PdeDivisors, WhatKeepsItsSignIsNone) {
  for (const char* const rate :
       {"u / 3", "u / (1 + v^2)", "u / (u * u + v^4 + 0.1)", "u / exp(v)", "u / (2 + sin(v))", "u / (-1 - abs(v))",
        "u / max(v, 0.1)", "u / min(-1, v)", "u / cosh(v)", "u / (1 + t)", "u / sqrt(v)", "u / (3 - tanh(u) * cos(v))",
        "u / (v > 0 ? 1 + v^2 : 2)", "u / (x - 3)", "v > 0 ? u / v : 0", "u / (1 + 1 / (1 + v^2))", "u^2"})
    EXPECT_EQ(texts(Read(rate)), Texts{}) << rate;
}

TEST(PdeDivisors, WhatMayChangeItsSignIsOne) {
  for (const char* const rate :
       {"u / (v^2 - 1)", "u / (0.5 + sin(v))", "u / max(v, -1)", "u / min(1, v)", "u / (1 - exp(v))", "u / (1 - v^4)",
        "u / (x - v)", "(u / v > 1 ? 1 : 2)", "u / (1 + v * exp(-t))", "u / log(v)", "u / (1 - t)", "u / (v + dx(u))"})
    EXPECT_EQ(texts(Read(rate)).size(), 1U) << rate;
}

TEST(PdeDivisors, AreToldWithTheirPlace) {
  EXPECT_EQ(Read("2 - u / (0.05 + u)").divisors().changed_sign(0, 0.25),
            "deck:11:12: pde.equations.u: this divides by 0.05 + u, whose sign changed in a step from time 0.25 on; if "
            "the equation is infinite where it is 0, what comes after is wrong");
}

TEST(PdeDivisors, SpansHaveASignWhereAllValuesHaveIt) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ((Span{0.1, 2}).sign(), 1);
  EXPECT_EQ((Span{-2, -0.1}).sign(), -1);
  for (const Span span : {Span{-2, 1}, Span{0, 1}, Span{-1, 0}, Span{unknown, unknown}})
    EXPECT_EQ(span.sign(), 0) << span.least;
}

}  // namespace
}  // namespace tarn::apps::pde
