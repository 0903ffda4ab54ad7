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

}  // namespace

NamedStarter::NamedStarter() {
  std::string lease = io::lease_record(io::own_lease(io::LockMode::kernel));
  lease.erase(lease.find_last_of('}') + 1);
  setenv(starter_in_environment, lease.c_str(), 1);
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
  if (is_root) write_text(stderr, all_hear_line);
}

void tell_that_stop_came() {
  if (tells_of_stop) write_text(stderr, stop_came_line);
  tells_of_stop = false;
}

bool starter_has_ended() {
  return starter && kill(*starter, 0) != 0 && errno == ESRCH;
}

}  // namespace tarn::cli
