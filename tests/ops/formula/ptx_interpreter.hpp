#pragma once

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tarn/ops/formula/ptx_functions.hpp"

namespace tarn::ops::test {

/// Runs the kernels that tarn writes on the host, one thread after the other. It knows what they are made of and
/// nothing else: what it does not know, registers that were not set, names that are not there and addresses that are
/// not aligned throw. Arithmetic gives a GPU's bits where the result is not a number. Functions that are called are
/// those of the host.
class PtxInterpreter {
 public:
  /// @param entry    name of the kernel in the text
  /// @param threads  of a block
  explicit PtxInterpreter(const std::string& text, const std::string& entry = "tarn_formula", unsigned threads = 256)
      : block_(threads) {
    const std::size_t start = text.find(".entry " + entry + "(");
    if (start == std::string::npos) refuse("no kernel " + entry);
    const std::size_t open = text.find('(', start), close = text.find(')', start), body = text.find('{', start);
    for (const std::string& parameter : split(text.substr(open + 1, close - open - 1)))
      parameters_.push_back(parameter.substr(parameter.rfind(' ') + 1));
    const std::size_t next = text.find(".visible", body);
    parse(text.substr(body, next == std::string::npos ? next : next - body));
  }

  /// @param parameters  in the kernel's order
  /// @param thread      number of the thread in the grid
  void run(const std::vector<std::uint64_t>& parameters, std::uint64_t thread) {
    values_.assign(registers_, std::nullopt);
    given_ = parameters;
    thread_ = thread;
    for (place_ = 0; place_ < statements_.size();) {
      const Statement& statement = statements_[place_++];
      if (statement.guard >= 0 && (value(statement.guard) != 0) == statement.negated) continue;
      if (statement.words[0] == "ret") return;
      execute(statement);
    }
    throw std::runtime_error("the kernel does not return");
  }

 private:
  using Bits = std::uint64_t;
  struct Statement {
    std::string name;                   ///< of the instruction: "add.rn.f64"
    std::vector<std::string> words;     ///< its parts: "add", "rn", "f64"
    std::vector<std::string> operands;  ///< registers by their numbers: "%17"
    int guard = -1;
    bool negated = false;
  };
  struct Scope {
    std::map<std::string, int> registers;
    std::map<std::string, std::size_t> labels;
    std::vector<std::size_t> branches;  ///< to labels that are not found yet
  };

  static std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \n") - first + 1);
  }
  static std::vector<std::string> split(const std::string& text, char separator = ',') {
    std::vector<std::string> parts{""};
    int depth = 0;
    for (const char c : text) {
      depth += c == '{' || c == '[' || c == '(' ? 1 : (c == '}' || c == ']' || c == ')' ? -1 : 0);
      if (c == separator && depth == 0) {
        parts.emplace_back();
      } else {
        parts.back() += c;
      }
    }
    for (std::string& part : parts)
      part = trimmed(part);
    return parts;
  }
  [[noreturn]] static void refuse(const std::string& what) { throw std::runtime_error("PTX: " + what); }

  void parse(const std::string& text) {
    std::string statement;
    for (const char c : text) {
      const std::string before = trimmed(statement);
      if (c == '{' && before.empty()) {
        scopes_.emplace_back();
      } else if (c == '}' && before.empty()) {
        close_scope();
      } else if (c == ':') {
        if (!scopes_.back().labels.emplace(before, statements_.size()).second) refuse("two labels " + before);
        statement.clear();
      } else if (c == ';') {
        add(before);
        statement.clear();
      } else {
        statement += c;
      }
    }
    if (!scopes_.empty()) refuse("a brace is open");
  }

  void close_scope() {
    Scope scope = std::move(scopes_.back());
    scopes_.pop_back();
    for (const std::size_t branch : scope.branches) {
      std::string& target = statements_[branch].operands[0];
      if (const auto found = scope.labels.find(target); found != scope.labels.end()) {
        target = std::to_string(found->second);
      } else if (scopes_.empty()) {
        refuse("no label " + target);
      } else {
        scopes_.back().branches.push_back(branch);
      }
    }
  }

  void add(std::string text) {
    if (text.starts_with(".param ")) return;
    if (text.starts_with(".reg ")) {
      const auto names = text.find('%');
      for (const std::string& name : split(text.substr(names)))
        declare(name);
      return;
    }
    Statement statement;
    if (text[0] == '@') {
      statement.negated = text[1] == '!';
      const auto blank = text.find(' ');
      statement.guard = number_of(text.substr(statement.negated ? 2 : 1, blank - (statement.negated ? 2 : 1)));
      text = trimmed(text.substr(blank));
    }
    const auto blank = text.find(' ');
    statement.name = text.substr(0, blank);
    statement.words = split(statement.name, '.');
    if (blank != std::string::npos) statement.operands = split(text.substr(blank));
    if (statement.words[0] == "bra") {
      scopes_.back().branches.push_back(statements_.size());
    } else {
      for (std::string& operand : statement.operands)
        operand = numbered(operand);
    }
    statements_.push_back(statement);
  }

  /// "%name", or "%name<3>" for %name0, %name1 and %name2.
  void declare(const std::string& text) {
    const auto count = text.find('<');
    const auto add_one = [&](const std::string& name) {
      if (!scopes_.back().registers.emplace(name, static_cast<int>(registers_++)).second) refuse("two " + name);
    };
    if (count == std::string::npos) return add_one(text);
    for (int n = 0; n < std::stoi(text.substr(count + 1)); ++n)
      add_one(text.substr(0, count) + std::to_string(n));
  }

  /// Names of registers within an operand replaced by their numbers.
  std::string numbered(const std::string& operand) {
    if (operand.ends_with("id.x")) return operand;
    std::string out;
    for (std::size_t n = 0; n < operand.size();) {
      if (operand[n] != '%') {
        out += operand[n++];
        continue;
      }
      std::size_t end = n + 1;
      while (end < operand.size() && (std::isalnum(static_cast<unsigned char>(operand[end])) || operand[end] == '_'))
        ++end;
      out += '%' + std::to_string(number_of(operand.substr(n, end - n)));
      n = end;
    }
    return out;
  }
  int number_of(const std::string& name) const {
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      if (const auto found = scope->registers.find(name); found != scope->registers.end()) return found->second;
    }
    refuse("no register " + name);
  }

  Bits value(int number) const {
    if (!values_[static_cast<std::size_t>(number)]) refuse("a register that was not set");
    return *values_[static_cast<std::size_t>(number)];
  }
  Bits value(const std::string& operand) const {
    if (operand == "%ctaid.x") return thread_ / block_;
    if (operand == "%ntid.x") return block_;
    if (operand == "%tid.x") return thread_ % block_;
    if (operand[0] == '%') return value(std::stoi(operand.substr(1)));
    if (operand.starts_with("0d") || operand.starts_with("0f")) return std::stoull(operand.substr(2), nullptr, 16);
    return std::stoull(operand);
  }
  void set(const std::string& operand, Bits bits) { values_[std::stoul(operand.substr(1))] = bits; }

  static double real(Bits bits) { return std::bit_cast<double>(bits); }
  static double single(Bits bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits)); }
  static Bits bits_of(double number) {
    return number != number ? 0x7fffffffffffffff : std::bit_cast<std::uint64_t>(number);
  }
  static Bits bits_of_float(double number) {
    return number != number ? 0x7fffffff : std::bit_cast<std::uint32_t>(static_cast<float>(number));
  }

  void execute(const Statement& statement) {
    const auto& words = statement.words;
    const auto& to = statement.operands[0];
    if (statement.name == "bra") {
      place_ = std::stoul(to);
    } else if (words[0] == "setp") {
      set(to, compare(statement) ? 1 : 0);
    } else if (words[0] == "call") {
      call(statement.operands);
    } else if (words[0] == "st" && words[1] == "param") {
      passed_[to] = value(statement.operands[1]);
    } else if (words[0] == "ld" && words[1] == "param") {
      set(to, parameter(statement.operands[1]));
    } else if (words[0] == "ld") {
      load(statement, to, address(statement.operands[1]));
    } else if (words[0] == "st") {
      store(statement, address(to), statement.operands[1]);
    } else if (words[0] == "red") {
      reduce(statement.name, address(to), value(statement.operands[1]));
    } else {
      set(to, computed(statement.name, statement.operands));
    }
  }

  /// call (value), tarn_pow, (argument, other)
  void call(const std::vector<std::string>& operands) {
    const auto inside = [](const std::string& list) { return split(list.substr(1, list.size() - 2)); };
    for (int n = 0; n < static_cast<int>(OpCode::jump); ++n) {
      const auto code = static_cast<OpCode>(n);
      const char* const name = ops::detail::ptx_function_name(code);
      if (name == nullptr || operands.at(1) != name) continue;
      std::vector<double> arguments;
      for (const std::string& argument : inside(operands.at(2)))
        arguments.push_back(real(passed_.at('[' + argument + ']')));
      if (arguments.size() != (ops::detail::is_binary(code) ? 2 : 1)) refuse("other arguments of " + operands[1]);
      passed_['[' + inside(operands[0])[0] + ']'] =
          bits_of(arguments.size() == 2 ? ops::detail::apply(code, arguments[0], arguments[1])
                                        : ops::detail::apply(code, arguments[0]));
      return;
    }
    refuse("no function " + operands.at(1));
  }

  Bits parameter(const std::string& operand) const {
    if (const auto found = passed_.find(operand); found != passed_.end()) return found->second;
    for (std::size_t n = 0; n < parameters_.size(); ++n) {
      if (operand == '[' + parameters_[n] + ']') return given_.at(n);
    }
    refuse("no parameter " + operand);
  }

  Bits computed(const std::string& name, const std::vector<std::string>& operands) const {
    if (const auto short_one = computed_in_single(name, operands)) return *short_one;
    const auto a = [&] { return value(operands.at(1)); };
    const auto b = [&] { return value(operands.at(2)); };
    if (name == "mov.u32" || name == "mov.b64" || name == "mov.f64" || name == "mov.f32" || name == "mov.b32" ||
        name == "cvta.to.global.u64")
      return a();
    if (name == "add.u32") return static_cast<std::uint32_t>(a() + b());
    if (name == "sub.u32") return static_cast<std::uint32_t>(a() - b());
    if (name == "mul.lo.u32") return static_cast<std::uint32_t>(a() * b());
    if (name == "mad.lo.u32") return static_cast<std::uint32_t>(a() * b() + value(operands.at(3)));
    if (name == "div.u32") return a() / b();
    if (name == "shr.u32") return a() >> b();
    if (name == "shr.s64") return static_cast<Bits>(static_cast<std::int64_t>(a()) >> b());
    if (name == "xor.b64") return a() ^ b();
    if (name == "and.b32" || name == "and.b64" || name == "and.pred") return a() & b();
    if (name == "or.b64" || name == "or.pred") return a() | b();
    if (name == "not.pred") return a() ^ 1;
    if (name == "add.s64") return a() + b();
    if (name == "cvt.u64.u32") return static_cast<std::uint32_t>(a());
    if (name == "mad.wide.u32" || name == "mad.lo.u64") return a() * b() + value(operands.at(3));
    if (name == "shr.u64") return a() >> b();
    if (name == "shl.b64") return a() << b();
    if (name == "add.u64") return a() + b();
    if (name == "add.rn.f64") return bits_of(real(a()) + real(b()));
    if (name == "sub.rn.f64") return bits_of(real(a()) - real(b()));
    if (name == "mul.rn.f64") return bits_of(real(a()) * real(b()));
    if (name == "div.rn.f64") return bits_of(real(a()) / real(b()));
    if (name == "sqrt.rn.f64") return bits_of(std::sqrt(real(a())));
    if (name == "neg.f64") return a() ^ (Bits{1} << 63);
    if (name == "abs.f64") return a() & ~(Bits{1} << 63);
    if (name == "selp.f64" || name == "selp.f32") return value(operands.at(3)) != 0 ? a() : b();
    if (name == "cvt.rmi.f64.f64") return bits_of(std::floor(real(a())));
    if (name == "cvt.rpi.f64.f64") return bits_of(std::ceil(real(a())));
    if (name == "cvt.rn.f64.u32") return bits_of(static_cast<std::uint32_t>(a()));
    if (name == "cvt.rn.f64.s32") return bits_of(static_cast<std::int32_t>(static_cast<std::uint32_t>(a())));
    if (name == "cvt.rn.f64.s64") return bits_of(static_cast<double>(static_cast<std::int64_t>(a())));
    if (name == "cvt.f64.f32") return bits_of(single(a()));
    if (name == "cvt.rn.f32.f64") return bits_of_float(real(a()));
    refuse("no instruction " + name);
  }

  /// Arithmetic of floats; each result in double is rounded once, which gives the bits of float.
  std::optional<Bits> computed_in_single(const std::string& name, const std::vector<std::string>& operands) const {
    const auto a = [&] { return single(value(operands.at(1))); };
    const auto b = [&] { return single(value(operands.at(2))); };
    if (name == "add.rn.f32") return bits_of_float(a() + b());
    if (name == "sub.rn.f32") return bits_of_float(a() - b());
    if (name == "mul.rn.f32") return bits_of_float(a() * b());
    if (name == "div.rn.f32") return bits_of_float(a() / b());
    if (name == "sqrt.rn.f32") return bits_of_float(std::sqrt(a()));
    if (name == "neg.f32") return value(operands.at(1)) ^ 0x80000000;
    if (name == "abs.f32") return value(operands.at(1)) & 0x7fffffff;
    if (name == "cvt.rmi.f32.f32") return bits_of_float(std::floor(a()));
    if (name == "cvt.rpi.f32.f32") return bits_of_float(std::ceil(a()));
    return std::nullopt;
  }

  bool compare(const Statement& statement) const {
    const bool combined = statement.words.size() == 4;
    const bool holds = compare_alone(statement.words[1], statement.words.back(), value(statement.operands.at(1)),
                                     value(statement.operands.at(2)));
    if (!combined) return holds;
    const bool other = value(statement.operands.at(3)) != 0;
    if (statement.words[2] == "and") return holds && other;
    if (statement.words[2] == "or") return holds || other;
    refuse("no comparison " + statement.words[2]);
  }
  static bool compare_alone(const std::string& how, const std::string& type, Bits a, Bits b) {
    if (type == "f64") return compare_numbers(how, real(a), real(b));
    if (type == "f32") return compare_numbers(how, single(a), single(b));
    if (type == "s64" && how == "lt") return static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
    if (type == "s64" && how == "gt") return static_cast<std::int64_t>(a) > static_cast<std::int64_t>(b);
    if (type != "u64" && type != "u32") refuse("no comparison of " + type);
    if (how == "ne") return a != b;
    if (how == "lt") return a < b;
    if (how == "le") return a <= b;
    if (how == "ge") return a >= b;
    refuse("no comparison " + how);
  }
  static bool compare_numbers(const std::string& how, double a, double b) {
    if (how == "eq") return a == b;
    if (how == "neu") return a != b;
    if (how == "lt") return a < b;
    if (how == "le") return a <= b;
    if (how == "gt") return a > b;
    if (how == "ge") return a >= b;
    if (how == "nan") return a != a || b != b;
    refuse("no comparison " + how);
  }

  Bits address(const std::string& operand) const {
    const auto plus = operand.find('+');
    const Bits base = value(operand.substr(1, (plus == std::string::npos ? operand.size() - 1 : plus) - 1));
    return plus == std::string::npos ? base : base + std::stoull(operand.substr(plus + 1));
  }
  static std::size_t bytes_of(const std::string& type) {
    if (type == "f64" || type == "s64") return 8;
    if (type == "f32" || type == "s32") return 4;
    if (type == "u8") return 1;
    refuse("no type " + type);
  }
  /// The registers of "{%1, %2}" or "%1".
  static std::vector<std::string> lanes(const Statement& statement, const std::string& operand, Bits address) {
    const auto registers = operand[0] == '{' ? split(operand.substr(1, operand.size() - 2)) : std::vector{operand};
    const std::string& wide = statement.words[statement.words.size() - 2];
    const std::size_t told = wide[0] == 'v' ? std::stoul(wide.substr(1)) : 1;
    if (registers.size() != told) refuse("a vector of another width");
    if (address % (told * bytes_of(statement.words.back())) != 0) refuse("an address that is not aligned");
    return registers;
  }
  void load(const Statement& statement, const std::string& to, Bits address) {
    const std::string& type = statement.words.back();
    for (const std::string& lane : lanes(statement, to, address)) {
      Bits bits = 0;
      std::memcpy(&bits, reinterpret_cast<const void*>(address), bytes_of(type));
      set(lane, bits);
      address += bytes_of(type);
    }
  }
  void store(const Statement& statement, Bits address, const std::string& from) {
    const std::string& type = statement.words.back();
    for (const std::string& lane : lanes(statement, from, address)) {
      const Bits bits = value(lane);
      std::memcpy(reinterpret_cast<void*>(address), &bits, bytes_of(type));
      address += bytes_of(type);
    }
  }

  /// One thread runs at a time, so nothing is atomic here.
  static void reduce(const std::string& name, Bits address, Bits bits) {
    const auto operand = static_cast<std::int64_t>(bits);
    if (address % sizeof operand != 0) refuse("an address that is not aligned");
    std::int64_t& there = *reinterpret_cast<std::int64_t*>(address);
    if (name == "red.global.min.s64") {
      there = std::min(there, operand);
    } else if (name == "red.global.max.s64") {
      there = std::max(there, operand);
    } else {
      refuse("no instruction " + name);
    }
  }

  std::vector<std::string> parameters_;
  std::vector<Statement> statements_;
  std::vector<Scope> scopes_;
  std::size_t registers_ = 0, place_ = 0;
  std::vector<std::optional<Bits>> values_;
  std::vector<Bits> given_;
  std::map<std::string, Bits> passed_;  ///< to functions, and from them
  std::uint64_t thread_ = 0, block_;
};

}  // namespace tarn::ops::test
