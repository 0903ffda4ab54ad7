#include "tarn/io/store/pending_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

PendingFile::PendingFile(const Communicator& ranks, const RunDirectory& run, fs::path relative, std::uint64_t need)
    : ranks_(ranks), run_(run), relative_(std::move(relative)), need_(need) {
  agree(ranks_, [&] { require_size_allowed(run_.path() / relative_, need_); });
  agree_on_root(ranks_, [&] {
    run_.resolve(relative_);
    temporary_ = run_.temporary_for(relative_);
    create_with_room(temporary_, need_);
  });
  temporary_ = ranks_.broadcast(temporary_.string());
}

PendingFile::~PendingFile() {
  if (!committed_ && ranks_.is_root()) ::unlink(temporary_.c_str());
}

void PendingFile::reserve() const {
  agree_on_root(ranks_, [&] { reserve_space(temporary_, need_); });
}

void PendingFile::sync() const {
  agree(ranks_, [&] {
    if (ranks_.is_root()) release_reserved_space(temporary_, need_);
    FileDescriptor::open(temporary_, O_RDONLY | O_NOFOLLOW).sync();
  });
}

PendingFile::Outcome PendingFile::commit(ManifestEntry entry, const Verify& verify) {
  entry.datasets = verify(temporary_);
  entry.file = relative_.generic_string();
  const fs::path place = run_.path() / relative_;
  bool taken = false;
  agree_on_root(ranks_, [&] {
    entry.size = fs::file_size(temporary_);
    make_directories(run_.resolve(relative_).parent_path());
    taken = fs::exists(fs::symlink_status(place));
  });
  taken = ranks_.broadcast(taken);
  if (taken && is_same_as(place, entry, verify)) {
    agree_on_root(ranks_, [&] {
      entry.size = fs::file_size(place);
      const Manifest manifest = read_manifest(run_.path());
      const ManifestEntry* recorded = manifest.find(entry.file);
      if (!recorded || recorded->datasets != entry.datasets) append_commit(run_.path(), entry);
    });
    return Outcome::already;
  }
  agree_on_root(ranks_, [&] {
    run_.require_held();
    if (taken) set_aside();
    put_in_place(entry);
  });
  committed_ = true;
  return taken ? Outcome::superseded : Outcome::committed;
}

/// Whether the file that stands at this one's place verifies and holds the same values. Collective.
bool PendingFile::is_same_as(const fs::path& standing, const ManifestEntry& entry, const Verify& verify) const {
  bool is_file = false;
  agree_on_root(ranks_, [&] { is_file = fs::is_regular_file(fs::symlink_status(standing)); });
  if (!ranks_.broadcast(is_file)) return false;
  try {
    return verify(standing) == entry.datasets;
  } catch (const DataError&) {
    return false;  // damaged: it is set aside
  }
}

/// The manifest tells first where the old file goes: if a crash comes between, the next run finishes the renaming.
void PendingFile::set_aside() const {
  const fs::path place = run_.path() / relative_;
  SupersededFile file{relative_.generic_string(), ""};
  make_new_directory(run_.path() / "superseded");
  for (int n = 0; file.now.empty() || fs::exists(fs::symlink_status(run_.path() / file.now)); ++n) {
    file.now = fmt::format("superseded/{}.{}{}", relative_.stem().string(), n, relative_.extension().string());
  }
  append_supersession(run_.path(), file);
  if (!rename_without_replacing(place, run_.path() / file.now)) {
    throw Io(place, "cannot be set aside: " + file.now + " exists", EEXIST);
  }
  sync_directory(run_.path() / "superseded");
}

void PendingFile::put_in_place(const ManifestEntry& entry) {
  const fs::path place = run_.path() / relative_;
  // Before the first file there is a manifest, so that files without one have lost it.
  if (!fs::exists(fs::symlink_status(manifest_path(run_.path())))) append_writing(run_.path(), {entry.file});
  if (!rename_without_replacing(temporary_, place)) {
    throw Io(place, "appeared while it was written; nothing is replaced", EEXIST);
  }
  committed_ = true;
  try {
    sync_directory(place.parent_path());
    append_commit(run_.path(), entry);
  } catch (...) {
    // Not recorded is not committed: back to tmp/, to be removed with this object.
    std::error_code ignored;
    fs::rename(place, temporary_, ignored);
    committed_ = static_cast<bool>(ignored);
    throw;
  }
}

}  // namespace tarn::io
