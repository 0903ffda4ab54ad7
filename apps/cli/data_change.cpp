#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/data.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"
#include "tarn/io/store/removal.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

void print_report(const io::RemovalReport& report, const io::ManagedRoot& root, bool done) {
  for (const auto& item : report.goes) {
    print("{} {}{}\n", done ? "gone:    " : "would go:", io::path_text(item.path),
          item.why.empty() ? "" : ", " + item.why);
  }
  for (const auto& item : report.stays)
    print("stays:    {}: {}\n", io::path_text(item.path), io::printable(item.why));
  if (report.latest && report.latest->empty()) print("latest:   {}\n", done ? "removed" : "would go too");
  if (report.latest && !report.latest->empty())
    print("latest:   {} {}\n", done ? "points at" : "would point at", *report.latest);
  const std::string size = apps::size_text(static_cast<double>(report.bytes()));
  const std::size_t count = report.goes.size();
  const std::string files = io::counted(count, "file");
  if (!done) {
    print("{}, {}; nothing was done: --yes does it\n", files, size);
  } else if (!report.trash.empty()) {
    print("{}, {}, {} in {}; `tarn data gc {} --yes` frees the space\n", files, size, count == 1 ? "is" : "are",
          report.trash, io::shell_word(root.path.string()));
  } else {
    print("{}, {}\n", files, size);
  }
}

void print_json(const io::RemovalReport& report, bool done) {
  const auto items = [](const std::vector<io::RemovalReport::Item>& listed) {
    auto json = nlohmann::ordered_json::array();
    for (const auto& item : listed)
      json.push_back({{"path", item.path}, {"why", item.why}});
    return json;
  };
  nlohmann::ordered_json json{{"done", done}, {"goes", items(report.goes)}, {"stays", items(report.stays)}};
  json["bytes"] = report.bytes();
  if (report.latest) json["latest"] = *report.latest;  // empty: it goes too
  if (!report.trash.empty()) json["trash"] = report.trash;
  print("{}", apps::json_text(json));
}

void show_report(const io::RemovalReport& report, const io::ManagedRoot& root, const DataRequest& request) {
  request.as_json ? print_json(report, request.do_it) : print_report(report, root, request.do_it);
}

}  // namespace

int data_pin(const DataRequest& request, bool pinned) {
  const DataTarget target = find_owned(request, DataUse::change);
  const fs::path run = target.owner_path();
  const io::Manifest manifest = io::read_manifest(run);
  const auto* entry = manifest.find(target.file);
  if (!entry || entry->kind != "checkpoint")
    throw io::Missing(target.path(), "is no checkpoint of this run's manifest");
  const fs::path pin = io::pin_path(run / target.file);
  const auto told = [&](bool before, const char* words) {
    if (request.as_json) {
      print("{}", apps::json_text({{"file", target.file}, {"pinned", pinned}, {"was_pinned", before}}));
    } else {
      print("{} {}\n", io::path_text(target.file), words);
    }
    return apps::exit_code::done;
  };
  if (!pinned) {
    const bool was_pinned = io::remove_file(pin);
    return told(was_pinned, was_pinned ? "is no longer pinned" : "was not pinned");
  }
  const bool was_pinned = fs::exists(fs::symlink_status(pin));
  if (!was_pinned) {
    io::FileDescriptor::create_new(pin).close();
    io::sync_directory(pin.parent_path());
  }
  // A run that lives may have removed it between the look and the pin.
  if (!io::open_regular_file(run / target.file)) {
    io::remove_file(pin);
    throw io::Missing(target.path(), "was removed by the run while it was pinned");
  }
  return told(was_pinned, was_pinned ? "was pinned" : "is pinned");
}

int data_unlock(const DataRequest& request) {
  const DataTarget target = find_owned(request, DataUse::change);
  const auto state = io::unlock_run(target.owner_path(), request.force);
  if (request.as_json) {
    const bool removed = state.kind != io::LockState::Kind::free;
    print("{}", apps::json_text({{"directory", target.owner_path().string()},
                                 {"removed", removed},
                                 {"holder", removed ? nlohmann::ordered_json(state.holder) : nullptr},
                                 {"holder_was_dead", state.kind == io::LockState::Kind::stale}}));
  } else if (state.kind == io::LockState::Kind::free) {
    print("{} is not locked\n", io::path_text(target.owner_path()));
  } else {
    print("removed the lock of {}, {}\n",
          state.kind == io::LockState::Kind::stale ? "a dead holder" : "a holder that seemed to live", state.holder);
  }
  return apps::exit_code::done;
}

int data_remove(const DataRequest& request) {
  const DataTarget target = find_target(request, DataUse::remove);
  const auto report = io::remove_to_trash(target.root, target.relative, request.do_it);
  show_report(report, target.root, request);
  const bool refused = report.goes.empty() && !report.stays.empty();
  return refused ? apps::exit_code::data : apps::exit_code::done;
}

int data_collect(const DataRequest& request) {
  const DataTarget target = find_target(request, DataUse::change);
  if (!target.relative.empty()) {
    throw io::NotManaged(target.path(), "is not a managed directory itself; gc tidies up the whole of one");
  }
  show_report(io::collect_garbage(target.root, request.superseded, request.do_it), target.root, request);
  return apps::exit_code::done;
}

}  // namespace tarn::cli
