#include "tarn/apps/pde/operators.hpp"

#include <array>

namespace tarn::apps::pde {

namespace {

std::vector<ops::FormulaOperator> made(int dimensions) {
  return {{"laplace", 1},  {"dx", 1},
          {"dy", 1},       {"dz", 1},
          {"dxx", 1},      {"dyy", 1},
          {"dzz", 1},      {"dxy", 1},
          {"dxz", 1},      {"dyz", 1},
          {"grad2", 1},    {"div", dimensions},
          {"diffuse", 2},  {"upwind", dimensions + 1},
          {"integral", 1}, {"mean", 1}};
}

}  // namespace

const std::vector<ops::FormulaOperator>& operators(int dimensions) {
  static const std::array<std::vector<ops::FormulaOperator>, 3> all{made(1), made(2), made(3)};
  return all[static_cast<std::size_t>(dimensions - 1)];
}

std::vector<std::string> missing_operators(int dimensions) {
  std::vector<std::string> missing;
  if (dimensions < 2) missing = {"dy", "dyy", "dxy"};
  if (dimensions < 3) missing.insert(missing.end(), {"dz", "dzz", "dxz", "dyz"});
  return missing;
}

}  // namespace tarn::apps::pde
