#include "tarn/apps/cli/launcher_link.hpp"

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "tarn/apps/cli/print.hpp"
#include "tarn/io/store/lease.hpp"

namespace tarn::cli {

namespace {

constexpr const char* starter_in_environment = "TARN_STARTED_BY";

std::optional<io::Lease> starter;  ///< of the ranks, on this machine
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
  starter = io::parse_lease(named);
  unsetenv(starter_in_environment);  // programs that this one starts have other launchers
  if (starter && !io::is_of_this_machine(*starter)) starter.reset();
  tells_of_stop = is_root;
  if (is_root) write_text(stderr, all_hear);
}

void tell_that_stop_came() {
  if (tells_of_stop) write_text(stderr, stop_came);
  tells_of_stop = false;
}

bool starter_has_ended() {
  return starter && !io::is_alive(*starter);
}

}  // namespace tarn::cli
