#include "tarn/tests/ops/numpy/cases.hpp"

#include <cmath>
#include <map>

#include <fmt/ranges.h>

#include "tarn/ops/expression/comparison.hpp"
#include "tarn/tests/ops/numpy/run_numpy.hpp"

namespace tarn::ops::test {
namespace {

/// Takes numbers and texts off the front of a file.
struct Reader {
  const char* next;

  std::int64_t number() {
    std::int64_t value;
    std::memcpy(&value, next, sizeof value);
    next += sizeof value;
    return value;
  }
  std::string text(std::size_t length) {
    const std::string padded(next, length);
    next += length;
    return padded.substr(0, padded.find('\0'));
  }
};

std::int64_t element_bytes(const std::string& type) {
  static const std::map<std::string, std::int64_t> sizes{{"bool", 1},      {"uint8", 1},   {"int32", 4},
                                                         {"int64", 8},     {"float32", 4}, {"float64", 8},
                                                         {"complex64", 8}, {"error", 8},   {"complex128", 16}};
  return sizes.at(type);
}

std::int64_t size_of(const CaseArray& array) {
  return array.extents[0] * array.extents[1] * array.extents[2] * array.extents[3];
}

CaseArray read_array(Reader& reader) {
  CaseArray array;
  array.type = reader.text(16);
  array.rank = reader.number();
  for (auto& extent : array.extents)
    extent = reader.number();
  array.data = reader.next;
  reader.next += (size_of(array) * element_bytes(array.type) + 7) / 8 * 8;
  return array;
}

using Group = std::map<std::string, std::vector<Case>>;

Group read_group(const std::string& bytes) {
  Group group;
  Reader reader{bytes.data()};
  while (reader.next < bytes.data() + bytes.size()) {
    reader.number();
    Case one;
    const std::string name = reader.text(32);
    one.options.resize(static_cast<std::size_t>(reader.number()));
    for (auto& option : one.options)
      option = reader.number();
    for (std::int64_t arrays = reader.number() - 2; arrays > 0; --arrays)
      one.operands.push_back(read_array(reader));
    one.answer = read_array(reader);
    one.allowances = read_array(reader).data;
    one.name = fmt::format("{}, case {}", name, group[name].size());
    for (const CaseArray& operand : one.operands)
      one.name += fmt::format(" ({})", fmt::join(operand.extents, ", "));
    group[name].push_back(one);
  }
  return group;
}

template <class T>
T element(const char* bytes, std::size_t n) {
  T value;
  std::memcpy(static_cast<void*>(&value), bytes + n * sizeof(T), sizeof(T));
  return value;
}

/// Which infinity a number is, or 0: a finite number is not near one.
template <class R>
int infinity_of(R x) {
  return x - x == 0 || x != x ? 0 : (x > 0 ? 1 : -1);
}

template <class R>
bool same_bits(R got, R wanted) {
  return (got != got && wanted != wanted) || (got == wanted && std::signbit(got) == std::signbit(wanted));
}

/// NaN is near NaN, an infinity near the same infinity.
template <class R>
bool is_real_near(R got, R wanted, double allowance) {
  if (allowance == 0) return same_bits(got, wanted);
  if (wanted != wanted || got != got) return wanted != wanted && got != got;
  if (infinity_of(got) != 0 || infinity_of(wanted) != 0) return infinity_of(got) == infinity_of(wanted);
  return std::abs(static_cast<double>(got) - static_cast<double>(wanted)) <= allowance;
}

/// A complex NaN, where bits are not asked for, is one in either part.
template <class T>
bool is_near(const T& got, const T& wanted, double allowance) {
  if constexpr (ComplexElement<T>) {
    if (allowance != 0 && (detail::is_nan(wanted) || detail::is_nan(got)))
      return detail::is_nan(wanted) && detail::is_nan(got);
    return is_real_near(got.real(), wanted.real(), allowance) && is_real_near(got.imag(), wanted.imag(), allowance);
  } else if constexpr (FloatElement<T>) {
    return is_real_near(got, wanted, allowance);
  } else {
    return got == wanted;
  }
}

template <class T>
void expect_elements(const Case& expected, const std::vector<char>& bytes, const std::string& where) {
  for (std::size_t n = 0; n < bytes.size() / sizeof(T); ++n) {
    const T got = element<T>(bytes.data(), n), wanted = element<T>(expected.answer.data, n);
    const double allowance = element<double>(expected.allowances, n);
    std::string operands;
    if (is_near(got, wanted, allowance)) continue;
    for (const CaseArray& operand : expected.operands) {
      if (operand.type == detail::type_name<T>() && operand.extents == expected.answer.extents)
        operands += fmt::format(" of {}", ::testing::PrintToString(element<T>(operand.data, n)));
    }
    FAIL() << expected.name << ", " << where << ", element " << n << operands << ": " << ::testing::PrintToString(got)
           << " and not " << ::testing::PrintToString(wanted) << ", allowed " << allowance;
  }
}

}  // namespace

std::span<const Case> cases(const std::string& group, const std::string& name) {
  static std::map<std::string, std::pair<std::string, Group>> groups;
  if (groups.count(group) == 0) {
    const std::string bytes = run_numpy("numpy/make_cases.py", group + " '{}'");
    auto& kept = groups[group];  // the cases point into the bytes
    kept.first = bytes;
    kept.second = read_group(kept.first);
  }
  const Group& all = groups.at(group).second;
  const auto found = all.find(name);
  return found == all.end() ? std::span<const Case>() : found->second;
}

void expect_agrees(const Case& expected, const std::string& type, const std::vector<char>& bytes,
                   const std::string& where) {
  ASSERT_EQ(type, expected.answer.type) << expected.name;
  ASSERT_EQ(static_cast<std::int64_t>(bytes.size()), size_of(expected.answer) * element_bytes(type)) << expected.name;
  for_each_type([&](auto identity) {
    using T = typename decltype(identity)::type;
    if (type == detail::type_name<T>()) expect_elements<T>(expected, bytes, where);
  });
}

}  // namespace tarn::ops::test
