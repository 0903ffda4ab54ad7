#include "tarn/io/snapshot/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/manifest.hpp"

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

/// @throws UsageError
void require_some_kept(int keep) {
  if (keep < 1) throw UsageError(fmt::format("checkpoint.keep is {}; at least 1 is kept", keep));
}

/// Announced in the manifest first: a crash before the removal leaves a file whose removal the next run finishes.
void remove_older(const RunDirectory& run, std::int64_t newest, int keep) {
  int seen = 0;
  for (const std::int64_t step : steps_in(run)) {
    const fs::path old = checkpoint_path(step);
    if (step > newest || fs::exists(fs::symlink_status(run.path() / pin_path(old))) || ++seen <= keep) continue;
    append_removal(run.path(), old.generic_string());
    remove_file(run.path() / old);
  }
}

/// A checkpoint to look at.
struct Candidate {
  std::string file;
  const ManifestEntry* recorded = nullptr;
};

/// The newest line of the manifest first; files without a line before the first line of a lower step.
std::vector<Candidate> candidates_in(const RunDirectory& run, const Manifest& manifest) {
  std::vector<Candidate> candidates;
  for (auto entry = manifest.entries.rbegin(); entry != manifest.entries.rend(); ++entry) {
    if (entry->kind == "checkpoint") candidates.push_back({entry->file, &*entry});
  }
  const auto steps = steps_in(run);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const std::string file = checkpoint_path(*step).generic_string();
    if (manifest.find(file)) continue;
    const auto place = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& other) {
      return !other.recorded || other.recorded->step < *step;
    });
    candidates.insert(place, {file, nullptr});
  }
  return candidates;
}

/// @throws Truncated, Corrupt
void require_as_recorded(const fs::path& path, const std::vector<DatasetHash>& found, const ManifestEntry& recorded) {
  const std::uint64_t size = fs::file_size(path);
  if (size != recorded.size) throw Truncated::of(path, size, recorded.size);
  for (const auto& dataset : recorded.datasets) {
    if (std::find(found.begin(), found.end(), dataset) != found.end()) continue;
    throw Corrupt::in(path, dataset.path, "its values are not those that the manifest tells of");
  }
}

/// Verifies one candidate, and records it if it was not. Collective; `recorded` counts on rank 0.
/// @throws what is wrong with it
void verify_candidate(const Communicator& ranks, const RunDirectory& run, const std::string& file,
                      const ManifestEntry* recorded) {
  const fs::path path = run.path() / file;
  const auto datasets = verify_snapshot(ranks, path);
  const SnapshotInfo info = SnapshotReader::open(ranks, path).info();
  agree_on_root(ranks, [&] {
    if (recorded) {
      require_as_recorded(path, datasets, *recorded);
    } else {
      append_commit(run.path(), {file, "checkpoint", info.step, info.time, fs::file_size(path), datasets, ""});
    }
  });
}

}  // namespace

fs::path checkpoint_path(std::int64_t step) {
  return fs::path("ckpt") / fmt::format("{:010}.h5", step);
}

std::string write_checkpoint(const Communicator& ranks, const RunDirectory& run, const SnapshotInfo& info,
                             const GridBlock& grid, const std::vector<FieldData>& fields, int keep) {
  require_some_kept(keep);
  write_snapshot(ranks, run, checkpoint_path(info.step), info, grid, fields, "checkpoint");
  return remove_older_checkpoints(ranks, run, info.step, keep);
}

std::string remove_older_checkpoints(const Communicator& ranks, const RunDirectory& run, std::int64_t step, int keep) {
  require_some_kept(keep);
  if (!ranks.is_root()) return {};
  try {
    remove_older(run, step, keep);
  } catch (const DataError& error) {
    return error.what();  // the next checkpoint tries again
  }
  return {};
}

std::optional<fs::path> newest_valid_checkpoint(const Communicator& ranks, const RunDirectory& run,
                                                std::vector<std::string>& skipped) {
  Manifest manifest;
  std::vector<Candidate> candidates;
  agree_on_root(ranks, [&] {
    manifest = read_manifest(run.path());
    candidates = candidates_in(run, manifest);
  });
  const auto count = ranks.broadcast(static_cast<std::int64_t>(candidates.size()));
  candidates.resize(static_cast<std::size_t>(count));
  for (const Candidate& own : candidates) {
    const std::string file = ranks.broadcast(own.file);
    try {
      verify_candidate(ranks, run, file, own.recorded);
      return run.path() / file;
    } catch (const DataError& error) {
      skipped.emplace_back(error.what());
    }
  }
  return std::nullopt;
}

fs::path pin_path(const fs::path& checkpoint) {
  return fs::path(checkpoint).replace_extension(".pin");
}

}  // namespace tarn::io
