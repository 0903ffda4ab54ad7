#include "tarn/io/snapshot/digest.hpp"

#include <algorithm>

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

/// Every bit of a number.
std::string number(double value) {
  return fmt::format("{:a}\n", value);
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
