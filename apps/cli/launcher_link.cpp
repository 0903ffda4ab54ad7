#include "tarn/apps/cli/launcher_link.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <sys/types.h>

#include "tarn/apps/cli/print.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::cli {

namespace {

constexpr const char* starter_in_environment = "TARN_STARTED_BY";

std::optional<pid_t> starter;  ///< of the ranks, which this process can see
bool tells_of_stop = false;

/// The lease of this process, without spaces behind it.
std::string own_name() {
  std::string lease = io::lease_record(io::own_lease(io::LockMode::kernel));
  lease.erase(lease.find_last_of('}') + 1);
  return lease;
}

}  // namespace

NamedStarter::NamedStarter() {
  setenv(starter_in_environment, own_name().c_str(), 1);
}

NamedStarter::~NamedStarter() {
  unsetenv(starter_in_environment);
}

void meet_starter(bool is_root) {
  const char* const named = std::getenv(starter_in_environment);
  if (named == nullptr) return;
  const auto lease = io::parse_lease(named);
  unsetenv(starter_in_environment);  // programs that this one starts have other launchers
  if (lease && io::is_of_this_machine(*lease) && io::is_alive(*lease)) starter = static_cast<pid_t>(lease->process);
  tells_of_stop = is_root;
  if (is_root) tell("{}{}\n", all_hear_words, own_name());
}

void tell_that_stop_came() {
  if (tells_of_stop) write_text(stderr, stop_came_line);
  tells_of_stop = false;
}

bool starter_has_ended() {
  return starter && kill(*starter, 0) != 0 && errno == ESRCH;
}

}  // namespace tarn::cli
