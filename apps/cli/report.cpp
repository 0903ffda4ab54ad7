#include "tarn/apps/cli/report.hpp"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/page/page.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/whole_file.hpp"
#include "tarn/io/files/writable.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/run_lock.hpp"
#include "tarn/io/store/run_view.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

struct {
  std::string run, output;
  bool json = false;
} report_options;

/// @param goes_on  whether the run writes the page itself
void print_page(const std::string& file, bool goes_on) {
  if (report_options.json) {
    print("{}", apps::json_text({{"file", file}, {"run_goes_on", goes_on}}));
  } else {
    print("{}\n", file);
  }
}

/// What `--output` may replace: a page, or a file with nothing in it.
bool is_page(const fs::path& path) {
  const auto file = io::open_regular_file(path);
  const std::string text = file ? file->read_all() : std::string();
  return text.empty() || text.rfind("<!DOCTYPE html>", 0) == 0;
}

/// Looked at before the page is made.
/// @throws UsageError for a directory and for a file that is something else, Io where none can be made
void check_output(const fs::path& output) {
  std::error_code none;
  const auto status = fs::status(output, none);
  if (fs::is_directory(status)) throw UsageError(output.string() + ": is a directory; --output names a file");
  if (fs::exists(status) && !fs::is_regular_file(status)) return;
  const fs::path path = fs::exists(status) ? fs::canonical(output) : output;
  if (fs::exists(status) && !is_page(path))
    throw UsageError(output.string() + ": there is such a file, and it is no report: it stays as it is");
  if (path.has_parent_path() && !fs::exists(path.parent_path(), none))
    throw io::Io(path.parent_path(), "there is no such folder", ENOENT);
  io::require_writable(path.parent_path());
}

/// Writes the page where `--output` says. A device or a pipe is written to, and a link followed: they stay what they
/// are.
void write_elsewhere(const fs::path& output, const std::string& page) {
  std::error_code none;
  const auto status = fs::status(output, none);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    auto file = io::FileDescriptor::open(output, O_WRONLY);
    file.write(page);
    file.close();
    return;
  }
  const fs::path path = fs::exists(status) ? fs::canonical(output) : output;
  const fs::path aside = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), io::random_hex());
  io::put_whole_file(path, aside, page);
}

/// @throws Missing for what is no run
fs::path find_run(const std::string& path) {
  std::error_code error;
  const fs::path run = fs::canonical(path, error);
  if (error || !fs::is_directory(run)) throw io::Missing(path, "there is no such directory");
  const io::RunView view(run);
  if (view.status() == "datasets")
    throw io::Missing(path, "is no run: it has neither run.json nor deck.toml" + io::advice_on_ensemble(path));
  const auto* page = view.manifest().find(apps::page_file);
  if (page && page->kind != apps::page_kind)
    throw io::Missing(path, "is no run: its report.html tells of something else, and is left alone");
  return run;
}

std::string page_now(const fs::path& run) {
  apps::PagePictures pictures;
  return apps::page_of(apps::read_page_source(run, io::RunView(run).status(), pictures));
}

/// In the run directory, whose manifest vouches for it.
fs::path write_in_run(const fs::path& run) {
  const io::RunLock lock(run, io::LockMode::kernel);
  // The lock is ours, so whoever wrote that the run goes on is dead.
  const std::string status = io::RunView(run).summary().status.value_or("unknown");
  apps::PagePictures pictures;
  const std::string page =
      apps::page_of(apps::read_page_source(run, status == "running" ? "killed" : status, pictures));
  io::append_writing(run, {apps::page_file});
  io::make_directories(run / "tmp");
  const fs::path aside = run / "tmp" / fmt::format("{}.{}.part", apps::page_file, io::random_hex());
  io::put_whole_file(run / apps::page_file, aside, page);
  io::sync_directory(run);
  io::append_commit(run, io::entry_of_file(run, apps::page_file, apps::page_kind));
  return run / apps::page_file;
}

int run_report(int&, char**&) {
  mute_all_but_one();
  const fs::path run = find_run(report_options.run);
  if (!report_options.output.empty()) {
    check_output(report_options.output);
    write_elsewhere(report_options.output, page_now(run));
    std::error_code none;
    if (fs::is_regular_file(report_options.output, none))
      print_page(report_options.output, io::lock_state(run).kind == io::LockState::Kind::held);
    return apps::exit_code::done;
  }
  if (io::lock_state(run).kind != io::LockState::Kind::held) {
    print_page(write_in_run(run).string(), false);
    return apps::exit_code::done;
  }
  if (!fs::exists(run / apps::page_file)) {
    throw DataError(
        fmt::format("{}: the run goes on, and its directory is its own; --output FILE writes the report "
                    "elsewhere",
                    run.string()));
  }
  print_page((run / apps::page_file).string(), true);
  tell("tarn: the run goes on and writes this file itself; --output FILE makes one of this moment\n");
  return apps::exit_code::done;
}

}  // namespace

Command add_report(CLI::App& program) {
  auto* command =
      program.add_subcommand("report", "make report.html of a run again: progress, pictures, history, times");
  command->add_option("run", report_options.run, "the run directory, such as runs/latest")->required();
  command->add_option("-o,--output", report_options.output, "write it to this file rather than into the run directory");
  command->add_flag("--json", report_options.json, "print JSON: the file, and whether the run goes on");
  return {command, run_report};
}

}  // namespace tarn::cli
