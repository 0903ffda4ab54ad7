#pragma once

#include <array>

namespace tarn::apps::euler {

/// The integral of f from lower to upper: Gauss and Legendre with five points in each of `pieces` equal pieces. Exact
/// for polynomials up to the ninth degree.
/// @param f  of a double; what it returns adds up and is multiplied by doubles
template <class F>
auto integral(const F& f, double lower, double upper, int pieces = 1) {
  constexpr std::array<double, 3> place = {0, 0.53846931010568309104, 0.90617984593866399280};
  constexpr std::array<double, 3> weight = {0.56888888888888888889, 0.47862867049936646804, 0.23692688505618908751};
  const double half = (upper - lower) / (2.0 * pieces);
  decltype(half * f(lower)) sum{};
  for (int n = 0; n < pieces; ++n) {
    const double middle = lower + half * (2 * n + 1);
    sum = sum + weight[0] * f(middle);
    for (int m = 1; m < 3; ++m)
      sum = sum + weight[m] * (f(middle - half * place[m]) + f(middle + half * place[m]));
  }
  return half * sum;
}

}  // namespace tarn::apps::euler
