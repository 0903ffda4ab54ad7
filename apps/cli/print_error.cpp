#include "tarn/apps/cli/print_error.hpp"

#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/io/deck/problems.hpp"

namespace tarn::cli {

bool speaks_for_all() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(name)) return std::atoi(rank) == 0;
  }
  return true;
}

void print_error(const std::exception& error) {
  if (!speaks_for_all()) return;
  if (const auto* deck = dynamic_cast<const io::DeckError*>(&error)) {
    for (const auto& line : deck->lines())
      fmt::print(stderr, "{}\n", line);
    fmt::print(stderr, "tarn: {} problem{} in the deck\n", deck->lines().size(), deck->lines().size() == 1 ? "" : "s");
    return;
  }
  fmt::print(stderr, "tarn: {}\n", apps::message_of(error));
}

}  // namespace tarn::cli
