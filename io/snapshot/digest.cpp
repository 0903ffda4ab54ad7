#include "tarn/io/snapshot/digest.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/files/hash64.hpp"
#include "tarn/io/files/sha256.hpp"

namespace tarn::io {

namespace {

/// Texts with their lengths, so that none can pass for another's end.
std::string text(const std::string& value) {
  return fmt::format("{}:{}\n", value.size(), value);
}

/// Every bit of a number, as printf's %a writes it in the C locale. The formatting of libraries differs between their
/// versions (fmt 9 and 10 do), and a digest must not.
std::string number(double value) {
  constexpr int mantissa_bits = 52, bias = 1023;
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const std::string sign = bits >> 63 ? "-" : "";
  const auto exponent = static_cast<int>(bits >> mantissa_bits & 0x7ff);
  const std::uint64_t mantissa = bits & ((std::uint64_t{1} << mantissa_bits) - 1);
  if (exponent == 0x7ff) return sign + (mantissa == 0 ? "inf\n" : "nan\n");
  if (exponent == 0 && mantissa == 0) return sign + "0x0p+0\n";
  std::string digits = fmt::format("{:013x}", mantissa);
  digits.erase(digits.find_last_not_of('0') + 1);
  const char* const point = digits.empty() ? "" : ".";
  return fmt::format("{}0x{}{}{}p{:+}\n", sign, exponent == 0 ? 0 : 1, point, digits,
                     exponent == 0 ? 1 - bias : exponent - bias);
}

}  // namespace

std::string content_digest(std::int64_t schema, const SnapshotInfo& info, const GridBlock& grid,
                           std::vector<FieldContent> fields) {
  std::string all = fmt::format("{} {} {} {}\n", info.step, info.seed, info.ranks, grid.dimensions);
  all += number(info.time) + number(info.dt);
  if (schema >= 3) all += number(info.counted_from) + fmt::format("{}\n", info.counted_steps);
  if (schema >= 4) all += text(info.tallies);
  for (const auto& value : {info.deck, info.app, info.run_name, info.precision, info.tarn_version})
    all += text(value);
  const Provenance& from = info.provenance;
  for (const auto& value :
       {from.git_commit, from.git_state, from.host, from.devices, from.driver, from.kokkos, from.mpi})
    all += text(value);
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid.dimensions); ++axis)
    all += fmt::format("{}\n", grid.cells[axis]) + number(grid.lower[axis]) + number(grid.spacing[axis]);
  std::sort(fields.begin(), fields.end(), [](const auto& a, const auto& b) { return a.entry.name < b.entry.name; });
  for (const auto& field : fields) {
    all += text(field.entry.name) + text(field.entry.unit);
    const auto hash = Hash64::of(field.hashes.data(), field.hashes.size() * sizeof(std::uint64_t));
    all += fmt::format("{} {} {} {:016x}\n", name_of(field.entry.element), field.dims, field.hashes.size(), hash);
  }
  return sha256(all);
}

}  // namespace tarn::io
