#include "tarn/io/snapshot/checkpoint.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/file_operations.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

/// The step of a checkpoint's file name, or nothing for any other file.
std::optional<std::int64_t> step_of(const fs::path& path) {
  const std::string stem = path.stem().string();
  std::int64_t step = -1;
  const auto [rest, error] = std::from_chars(stem.data(), stem.data() + stem.size(), step);
  if (error != std::errc{} || step < 0 || rest != stem.data() + stem.size()) return std::nullopt;
  if (path.filename() != checkpoint_path(step).filename()) return std::nullopt;
  return step;
}

/// Steps of the checkpoints there are, newest first.
std::vector<std::int64_t> steps_in(const RunDirectory& run) {
  const fs::path folder = run.path() / "ckpt";
  std::vector<std::int64_t> steps;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto step = step_of(entry.path());
    if (step && fs::is_regular_file(entry.symlink_status())) steps.push_back(*step);
  }
  if (error) throw_errno(folder, "list the directory", error.value());
  std::sort(steps.begin(), steps.end(), std::greater<>());
  return steps;
}

void remove_older(const RunDirectory& run, std::int64_t newest, int keep) {
  int seen = 0;
  for (const std::int64_t step : steps_in(run)) {
    if (step > newest || ++seen <= keep) continue;
    const fs::path old = run.path() / checkpoint_path(step);
    if (::unlink(old.c_str()) != 0) throw_errno(old, "remove the old checkpoint", errno);
  }
}

}  // namespace

fs::path checkpoint_path(std::int64_t step) {
  return fs::path("ckpt") / fmt::format("{:010}.h5", step);
}

void write_checkpoint(const Communicator& ranks, const RunDirectory& run, const SnapshotInfo& info,
                      const GridBlock& grid, const std::vector<FieldData>& fields, int keep) {
  if (keep < 1) throw UsageError(fmt::format("checkpoint.keep is {}; at least 1 is kept", keep));
  write_snapshot(ranks, run, checkpoint_path(info.step), info, grid, fields, "checkpoint");
  agree_on_root(ranks, [&] { remove_older(run, info.step, keep); });
}

std::optional<fs::path> newest_valid_checkpoint(const Communicator& ranks, const RunDirectory& run,
                                                std::vector<std::string>& skipped) {
  std::vector<std::int64_t> steps;
  agree_on_root(ranks, [&] { steps = steps_in(run); });
  const auto count = ranks.broadcast(static_cast<std::int64_t>(steps.size()));
  steps.resize(static_cast<std::size_t>(count));
  for (const std::int64_t own : steps) {
    const fs::path candidate = run.path() / checkpoint_path(ranks.broadcast(own));
    try {
      verify_snapshot(ranks, candidate);
      return candidate;
    } catch (const DataError& error) {
      skipped.emplace_back(error.what());
    }
  }
  return std::nullopt;
}

}  // namespace tarn::io
