#include "tarn/apps/cli/verify_report.hpp"

#include <nlohmann/json.hpp>

#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/verify.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::cli {

namespace fs = std::filesystem;

VerifyReport::VerifyReport(const Communicator& ranks, const std::string& output, const std::string& root,
                           std::size_t problems, Clock::time_point began)
    : ranks_(ranks),
      directory_(output.empty() ? io::RunDirectory::create(ranks, root, "verify")
                                : io::RunDirectory::create_at(ranks, output)),
      began_(began) {
  state_.directory = directory_.path().string();
  state_.ranks = ranks_.size();
  state_.problems = problems;
  ranks_.agree([&] { store(false); });
}

void VerifyReport::end(const std::string& status, int exit_code, const std::string& reason) {
  state_.status = status;
  state_.exit_code = exit_code;
  state_.reason = reason;
  ranks_.agree([&] { store(true); });
}

void VerifyReport::end_failed(const std::exception& error) noexcept {
  try {
    state_.status = "failed";
    state_.exit_code = apps::exit_code_of(error);
    state_.reason = apps::message_of(error);
    store(true);
  } catch (const std::exception& second) {
    tell("tarn: run.json could not be written: {}\n", second.what());
  }
}

void VerifyReport::store(bool page) {
  state_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  if (!ranks_.is_root()) return;
  const auto json = report_json(state_);
  if (page) io::write_vouched(directory_, "report.html", proof_page(state_.proofs, json), "proof");
  io::write_vouched(directory_, "run.json", apps::json_text(json), "summary");
}

Scratch::Scratch(const Communicator& ranks, const io::RunDirectory& directory)
    : ranks_(ranks), path_(directory.path() / "tmp" / "scratch") {
  ranks.agree([&] {
    if (ranks.is_root()) fs::create_directories(path_);
  });
}

Scratch::~Scratch() {
  std::error_code left;
  if (ranks_.is_root()) fs::remove_all(path_, left);
}

}  // namespace tarn::cli
