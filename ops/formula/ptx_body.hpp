#pragma once

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tarn/ops/formula/ptx.hpp"

namespace tarn::ops::detail {

/// Bytes of an element.
int bytes_of(NamedArray::Type type);

/// The part of a kernel in PTX that computes elements: it loads their values, runs the program and stores the results.
/// Expects the addresses in %target, %source0, %source1, ...
class PtxBody {
 public:
  /// @param program  without random numbers, and without functions that ptx_can_write() does not know
  /// @param single  whether the target's elements are float
  PtxBody(const std::vector<Instruction>& program, const std::vector<PtxSource>& sources, bool single)
      : program_(program), sources_(sources), single_(single) {}

  /// The text for strips of `width` elements.
  /// @param places  registers that hold the number of each strip's first element
  std::string write(const std::vector<std::string>& places, int width);

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_ += fmt::format(format, std::forward<Args>(args)...) + "\n";
  }
  void declare();
  void load(int slot, const std::string& place, int first, int width);
  void load_one(NamedArray::Type type, const std::string& value, int element, int offset, bool alone);
  void store(const std::string& place, int first, int width);
  void settle(int element);
  void run(int element);
  void operate(OpCode code, const std::string& a, const std::string& b);
  void choose(const std::string& to, const std::string& yes, const std::string& no, const char* condition);

  const std::vector<Instruction>& program_;
  const std::vector<PtxSource>& sources_;
  bool single_;
  std::string text_;
  int elements_ = 0;
};

}  // namespace tarn::ops::detail
