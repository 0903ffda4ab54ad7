#pragma once

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/pde/stage_ptx.hpp"

namespace tarn::apps::pde {

/// Writes what one thread computes. Every value has a register of its own: which of the hardware's hold them is left to
/// the driver. Equal loads and steps, of whichever of the thread's cells, are taken once.
///
/// Expects the addresses of the thread's first cell in %out, %array0, ..., %combined0, ..., and numbers and weights in
/// %number0, ..., %weight0, ...; for extremes %out as it was given, and the number of the first cell's element in
/// %cell.
class StageWriter {
 public:
  StageWriter(const Program& program, const StageShape& shape, const StagePtx& ptx)
      : program_(program), shape_(shape), ptx_(ptx) {}

  /// The text for so many cells.
  /// @param cut_lanes  whether some threads have lanes outside the box: then %lane0, ... tell which are inside, and
  /// %full
  ///                   whether all are
  std::string write(const ThreadCells& cells, bool cut_lanes);

 private:
  /// A value that is known: in a register, or a truth in a predicate, or in both.
  struct Value {
    std::string name, predicate;
  };
  using Key = std::tuple<int, int, int, int>;
  using Results = std::vector<std::vector<std::vector<int>>>;  ///< values by step along, result, and lane

  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }
  const char* type() const { return shape_.single ? "f32" : "f64"; }
  int bytes() const { return shape_.single ? 4 : 8; }

  int add(Value value);
  std::string new_register() { return fmt::format("%v{}", registers_++); }
  const std::string& name_of(int value);
  const std::string& predicate_of(int value);

  int number(std::size_t place);
  int load(const Load& load, int along, int lane);
  int combined(int array, int field, int along, int lane);
  int element(const std::string& base, bool stays, std::int64_t first, int lane);
  std::string address(const std::string& base, std::int64_t elements);
  int step(int code, int a, int b = 0, int c = 0);
  int joined(int code, int a, int b, int c);
  int made(int code, int a, int b, int c);
  void write_truth(ops::OpCode code, int a, int b, Value& value);
  std::vector<int> run(int along, int lane);
  int mixed(int field, int rate, int along, int lane);
  int product(int weight, int value) { return step(step_code(ops::OpCode::multiply), weight, value); }
  int sum(int a, int b) { return step(step_code(ops::OpCode::add), a, b); }
  void store(int field, int along, const std::vector<int>& lanes);
  void write_extremes(const Results& results);
  void compare_digits(std::size_t result, const Results& results);
  void find_extreme(std::size_t result, bool greatest, int along);

  const Program& program_;
  const StageShape& shape_;
  const StagePtx& ptx_;
  std::string text_;
  int registers_ = 0, predicates_ = 0, addresses_ = 0, lanes_ = 1;
  bool cut_lanes_ = false;
  std::vector<Value> values_;
  std::map<std::string, int> named_;
  std::map<Key, int> steps_;
  std::map<std::pair<std::string, std::int64_t>, std::vector<int>> loaded_;
  std::map<std::pair<std::string, std::int64_t>, std::string> bases_;
};

}  // namespace tarn::apps::pde
