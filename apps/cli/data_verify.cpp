#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/data.hpp"
#include "tarn/apps/cli/files_of_a_run.hpp"
#include "tarn/apps/cli/files_of_an_ensemble.hpp"
#include "tarn/apps/cli/own_runtime.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/progress.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/folder.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

/// Whether a request is for an entry.
bool is_asked_for(const DataTarget& target, const io::ManifestEntry& entry) {
  return target.file.empty() || entry.file == target.file;
}

fs::path owner_path(const DataTarget& target, const std::string& owner) {
  return owner.empty() ? target.root.path : target.root.path / owner;
}

/// Tells on rank 0 how far the verification is.
class Meter {
 public:
  Meter(const Communicator& ranks, const DataTarget& target, const std::vector<std::string>& owners)
      : line_(ranks.is_root() ? stderr : nullptr, ProgressLine::AtEnd::erase) {
    for (const auto& owner : owners) {
      for (const auto& entry : io::read_manifest(owner_path(target, owner)).entries) {
        if (!is_asked_for(target, entry)) continue;
        ++files_;
        bytes_ += static_cast<double>(entry.size);
      }
    }
  }
  void show(const Findings& so_far, const io::ManifestEntry& next) {
    if (!line_.due()) return;
    const auto done = static_cast<double>(so_far.bytes - next.size);
    line_.show(
        {.done = done,
         .total = bytes_,
         .facts = {fmt::format("{} of {}", so_far.files - 1, io::counted(files_, "file")),
                   fmt::format("{} of {}", apps::size_text(done), apps::size_text(bytes_)), io::path_text(next.file)}});
  }
  void finish() { line_.finish(); }

 private:
  ProgressLine line_;
  std::int64_t files_ = 0;
  double bytes_ = 0;
};

/// @throws what is wrong with the file
void verify_entry(const Communicator& ranks, const fs::path& run, const io::ManifestEntry& entry) {
  const fs::path path = run / entry.file;
  if (!entry.hash.empty()) return io::check_vouched(run, entry);
  if (!io::open_regular_file(path)) throw io::Missing(path, "the manifest tells of it, but it is not there");
  const std::uint64_t size = fs::file_size(path);
  if (size < entry.size) throw io::Truncated::of(path, size, entry.size);
  if (size > entry.size) throw io::Corrupt(path, fmt::format("has {} bytes; {} were written", size, entry.size));
  const auto found = entry.kind == "dataset" ? io::hash_datasets(path) : io::verify_snapshot(ranks, path);
  for (const auto& dataset : entry.datasets) {
    if (std::find(found.begin(), found.end(), dataset) != found.end()) continue;
    throw io::Corrupt::in(path, dataset.path, "its values are not those that the manifest tells of");
  }
}

/// @throws Corrupt if a file has more than is vouched for
void require_no_more(const fs::path& run, const io::ManifestEntry& entry) {
  const std::uint64_t size = fs::file_size(run / entry.file);
  if (size <= entry.size) return;
  throw io::Corrupt(run / entry.file,
                    fmt::format("has {} bytes; {} were written, and the run has ended", size, entry.size));
}

bool still_committed(const fs::path& run, const io::ManifestEntry& entry) {
  const io::Manifest manifest = io::read_manifest(run);
  const auto* now = manifest.find(entry.file);
  return now && now->datasets == entry.datasets && now->hash == entry.hash && now->size == entry.size;
}

void verify_entries(const Communicator& ranks, const DataTarget& target, const fs::path& run,
                    const io::Manifest& manifest, Findings& findings, Meter& meter) {
  for (const auto& line : manifest.damaged)
    findings.problem(io::manifest_path(run), line);
  for (const auto& entry : manifest.entries) {
    if (!is_asked_for(target, entry)) continue;
    ++findings.files;
    findings.bytes += entry.size;
    meter.show(findings, entry);
    try {
      verify_entry(ranks, run, entry);
      if (grows_no_more(run, manifest, entry)) require_no_more(run, entry);
    } catch (const DataError& error) {
      // A run that lives may have removed an old checkpoint meanwhile.
      if (still_committed(run, entry)) findings.problems.emplace_back(error.what());
    }
  }
}

void verify_owner(const Communicator& ranks, const DataTarget& target, const std::string& owner, Findings& findings,
                  Meter& meter) {
  const fs::path run = owner_path(target, owner);
  const io::Manifest manifest = io::read_manifest(run);
  verify_entries(ranks, target, run, manifest, findings, meter);
  if (target.file.empty()) {
    look_beyond_the_manifest(io::Folder::of_root(target.root, io::Owner::any).descend(owner), manifest, findings);
  } else if (!manifest.find(target.file)) {
    findings.problem(run / target.file, "is not in the manifest");
  }
}

/// A managed directory as a whole, with the runs in it; it may be an ensemble.
void verify_root(const Communicator& ranks, const DataTarget& target, const std::vector<std::string>& owners,
                 Findings& findings) {
  const fs::path& root = target.root.path;
  const EnsembleFiles ensemble = read_ensemble_files(root, owners, findings);
  auto with_manifest = owners;
  const bool is_run_itself = std::find(owners.begin(), owners.end(), "") != owners.end();
  if (ensemble.is_ensemble && !is_run_itself) with_manifest.emplace_back();
  Meter meter(ranks, target, with_manifest);
  if (ensemble.is_ensemble) {
    if (!is_run_itself) verify_entries(ranks, target, root, io::read_manifest(root), findings, meter);
    look_for_members(target.root, ensemble, findings);
  }
  for (const auto& owner : owners)
    verify_owner(ranks, target, owner, findings, meter);
  meter.finish();
}

void verify_one_run(const Communicator& ranks, const DataTarget& target, Findings& findings) {
  Meter meter(ranks, target, {target.owner});
  verify_owner(ranks, target, target.owner, findings, meter);
  meter.finish();
}

}  // namespace

int data_verify(const DataRequest& request, int& argc, char**& argv) {
  const DataTarget target = find_target(request, DataUse::read);
  const Runtime runtime(argc, argv, told_to_the_user());
  Findings findings;
  if (target.owned && !(target.owner.empty() && target.relative.empty())) {
    verify_one_run(runtime.communicator(), target, findings);
  } else {
    verify_root(runtime.communicator(), target, owners_in(target.root, findings.problems), findings);
  }
  const int code = findings.problems.empty() ? apps::exit_code::done : apps::exit_code::data;
  if (!runtime.communicator().is_root()) return code;
  if (request.as_json) {
    print("{}", apps::json_text({{"files", findings.files},
                                 {"bytes", findings.bytes},
                                 {"problems", findings.problems},
                                 {"notes", findings.notes}}));
    return code;
  }
  for (const auto& line : findings.problems)
    print("damaged: {}\n", io::printable(line));
  for (const auto& line : findings.notes)
    print("note: {}\n", io::printable(line));
  print("{}, {} read back, {}\n", io::counted(findings.files, "file"), io::counted(findings.bytes, "byte"),
        io::counted(findings.problems.size(), "problem"));
  return code;
}

}  // namespace tarn::cli
