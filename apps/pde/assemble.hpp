#pragma once

#include <array>
#include <map>
#include <tuple>
#include <vector>

#include "tarn/apps/pde/program.hpp"

namespace tarn::apps::pde {

/// A program as it is written: every value has a number of its own, and equal steps are taken once. Then steps are
/// joined, and values share registers.
class Draft {
 public:
  int number(double value);
  /// A number that is computed before each stage.
  int uniform(int node);
  int load(int array, int field, const std::array<int, 3>& away);
  int step(std::uint8_t code, int a, int b = 0, int c = 0);

  /// @throws UsageError if it needs more registers than a device has
  Program program(const std::vector<int>& results);

 private:
  enum class Kind { number, load, step };
  struct Value {
    Kind kind;
    int index;  ///< in the list of its kind
  };

  int add(Kind kind, int index);
  bool is_one(int value) const;
  void join_products(const std::vector<int>& results);
  std::vector<int> uses(const std::vector<int>& results) const;

  std::vector<Value> values_;
  std::vector<Number> numbers_;
  std::vector<Load> loads_;
  std::vector<Step> steps_;  ///< operands and `out` are numbers of values
  std::map<std::tuple<std::uint8_t, int, int, int>, int> known_steps_;
};

}  // namespace tarn::apps::pde
