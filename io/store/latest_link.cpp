#include "tarn/io/store/latest_link.hpp"

#include "tarn/core/error.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace {

constexpr const char* latest = "latest";

/// @param unreadable  what counts if the run's mark is damaged or of a newer tarn
bool is_run_of(const ManagedRoot& root, const std::string& name, bool unreadable) {
  if (!is_run_directory_name(name)) return false;
  try {
    return root_uuid_of(root.path / name) == root.uuid;
  } catch (const DataError&) {
    return unreadable;
  }
}

}  // namespace

std::string newest_run_in(const ManagedRoot& root, const Folder& top, const std::string& but) {
  constexpr std::size_t time_and_hex = 25;  // yyyymmddThhmmssZ-xxxxxxxx
  const auto when = [](const std::string& name) { return name.substr(name.size() - time_and_hex); };
  std::string newest;
  for (const auto& entry : top.entries()) {
    if (entry.kind != Folder::Entry::Kind::folder || entry.foreign || entry.name == but) continue;
    if (!is_run_of(root, entry.name, false)) continue;
    if (newest.empty() || when(entry.name) > when(newest)) newest = entry.name;
  }
  return newest;
}

bool latest_dangles(const ManagedRoot& root, const Folder& top, const std::string& gone) {
  const auto target = top.link_target(latest);
  // A link that leads elsewhere is somebody else's.
  return target && is_run_directory_name(*target) && (*target == gone || !is_run_of(root, *target, true));
}

std::string mend_latest(const ManagedRoot& root, const Folder& top) {
  std::string pointed_at;
  // A run that starts meanwhile moves the link too; whoever moves it last must have seen the newest.
  for (std::string newest = newest_run_in(root, top);; newest = newest_run_in(root, top)) {
    if (newest.empty()) {
      if (latest_dangles(root, top)) top.remove_file(latest);
      return {};
    }
    if (newest == pointed_at) return newest;
    top.put_link(latest, newest);
    pointed_at = newest;
  }
}

}  // namespace tarn::io
