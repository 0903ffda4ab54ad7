#include "tarn/ops/formula/ptx_functions.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/formula/ptx_functions_text.hpp"

namespace tarn::ops::detail {

namespace {

constexpr std::string_view function_start = ".visible .func";

/// The text of a function: it ends with a brace at the beginning of a line.
std::string_view function_text(std::string_view all, const char* name) {
  const std::string title = fmt::format(" {}(", name);
  for (auto start = all.find(function_start); start != std::string_view::npos;
       start = all.find(function_start, start + 1)) {
    const auto end = all.find("\n}\n", start);
    require(end != std::string_view::npos, "the functions in PTX are cut off");
    const std::string_view text = all.substr(start, end + 3 - start);
    if (text.substr(0, text.find('\n')).find(title) != std::string_view::npos) return text;
  }
  throw Error(fmt::format("there is no function {} in PTX", name));
}

}  // namespace

const char* ptx_function_name(OpCode code) {
  constexpr std::pair<OpCode, const char*> names[] = {
      {OpCode::sin, "tarn_sin"},   {OpCode::cos, "tarn_cos"},     {OpCode::tan, "tarn_tan"},
      {OpCode::asin, "tarn_asin"}, {OpCode::acos, "tarn_acos"},   {OpCode::atan, "tarn_atan"},
      {OpCode::sinh, "tarn_sinh"}, {OpCode::cosh, "tarn_cosh"},   {OpCode::tanh, "tarn_tanh"},
      {OpCode::exp, "tarn_exp"},   {OpCode::log, "tarn_log"},     {OpCode::log10, "tarn_log10"},
      {OpCode::power, "tarn_pow"}, {OpCode::atan2, "tarn_atan2"}, {OpCode::mod, "tarn_fmod"}};
  for (const auto& [known, name] : names) {
    if (known == code) return name;
  }
  return nullptr;
}

bool ptx_has_functions() {
  return !ptx_functions_text().empty();
}

std::string ptx_head(const std::set<OpCode>& functions) {
  if (functions.empty()) return ".version 6.0\n.target sm_60\n.address_size 64\n";
  const std::string_view all = ptx_functions_text();
  // In front of the first function stand the version, which is that of the compiler, and tables.
  std::string text(all.substr(0, all.find(function_start)));
  for (const OpCode code : functions)
    text += function_text(all, ptx_function_name(code));
  return text;
}

}  // namespace tarn::ops::detail
