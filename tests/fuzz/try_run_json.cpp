#include <algorithm>
#include <string>

#include "tarn/io/store/lease.hpp"
#include "tarn/io/store/run_json.hpp"
#include "tarn/tests/fuzz/harness.hpp"

namespace tarn::fuzz {

namespace {

void try_lease(std::string_view text) {
  const auto lease = io::parse_lease(text);
  if (!lease) return;
  expect_clean(lease->text(), 1000);
  io::is_alive(*lease);
  const std::string record = io::lease_record(*lease);
  expect(record.size() == io::empty_record().size(), "every record of a lease has the same length");
  const auto again = io::parse_lease(record);
  // A record that would be longer than tarn's own ever are is cut, and then is none.
  if (!again) return;
  expect(again->text().substr(0, 8) == lease->text().substr(0, 8), "a lease is read as it was written");
  expect(again->mode == lease->mode && again->host == lease->host && again->boot == lease->boot &&
             again->processes == lease->processes && again->process == lease->process &&
             again->started == lease->started && again->user == lease->user && again->since == lease->since &&
             again->heartbeat == lease->heartbeat && again->token == lease->token,
         "a lease is read as it was written");
}

}  // namespace

void try_run_json(std::string_view input) {
  const io::RunJson told = io::parse_run_json(input);
  expect(!told.steps || *told.steps >= 0, "steps are counted");
  try_lease(input);
}

}  // namespace tarn::fuzz
