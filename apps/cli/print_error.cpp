#include "tarn/apps/cli/print_error.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <mpi.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/error_json.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::cli {

namespace {

std::atomic<bool> json_is_asked{false};

bool is_set(const char* name) {
  return std::getenv(name) != nullptr;
}

/// Whether a variable's name begins so.
[[maybe_unused]] bool any_is_set(const std::string& beginning) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (std::strncmp(*variable, beginning.c_str(), beginning.size()) == 0) return true;
  }
  return false;
}

/// Whether something could not be made because nobody, or not this user, may write there.
bool is_of_a_closed_place(const std::string& text) {
  const auto ends_with = [&](const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
  };
  return text.find(": cannot make ") != std::string::npos &&
         (ends_with(std::strerror(EACCES)) || ends_with(std::strerror(EROFS)));
}

}  // namespace

std::optional<int> rank_of_launcher() {
#ifdef OPEN_MPI
  const char* const variable = "PMIX_RANK";
  const bool listens = is_set("PMIX_NAMESPACE") && any_is_set("PMIX_SERVER_URI");
#else
  const char* const variable = "PMI_RANK";
  const bool listens = is_set("PMI_FD") || is_set("PMI_PORT");
#endif
  if (!listens || !is_set(variable)) return {};
  return std::atoi(std::getenv(variable));
}

bool speaks_for_all() {
  return rank_of_launcher().value_or(0) == 0;
}

void mute_all_but_one() {
  if (!speaks_for_all() && std::freopen("/dev/null", "w", stdout) == nullptr) {
    throw DataError(fmt::format("cannot open /dev/null: {}", std::strerror(errno)));
  }
}

void heed_json(bool asked) {
  json_is_asked = asked;
}

bool has_json(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");  // behind it there are no options
  return std::find(words.begin(), end, "--json") != end;
}

void answer_with(const std::exception& error) noexcept {
  answer_with(error, apps::exit_code_of(error));
}

void answer_with(const std::exception& error, int exit_code) noexcept {
  if (!json_is_asked || is_output_begun()) return;
  try {
    print("{}", apps::json_text(error_json(error, exit_code)));
  } catch (...) {  // there is no memory for it
  }
  flush_output();
}

void print_error(const std::exception& error) {
  answer_with(error);
  if (const auto* deck = dynamic_cast<const io::DeckError*>(&error)) {
    for (const auto& line : deck->lines())
      tell("{}\n", line);
    tell("tarn: {}\n", summary_of(*deck));
    return;
  }
  const std::string text = apps::message_of(error);
  tell("tarn: {}\n", text);
  if (is_of_a_closed_place(text)) {
    tell("Name another place: --root or --run-dir is for runs, --output for pictures and reports.\n");
  }
}

}  // namespace tarn::cli
