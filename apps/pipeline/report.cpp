#include "tarn/apps/pipeline/report.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/disk_space.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/pipeline/budget.hpp"
#include "tarn/apps/pipeline/pipeline.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps::pipeline {

namespace {

std::string bytes_text(std::uint64_t bytes) {
  return size_text(static_cast<double>(bytes));
}

/// One line for each kind of item, up to a few, and one for each flaw.
std::string items_text(const Job& job) {
  constexpr std::size_t most_lines = 8;
  struct Kind {
    std::int64_t count = 0;
    const Plan* plan = nullptr;
    Signature signature;
  };
  std::map<std::string, Kind> kinds;
  std::vector<std::string> flaws;
  std::uint64_t bytes = 0;
  for (std::size_t n = 0; n < job.items.size(); ++n) {
    const Item& item = job.items[n];
    const bool done = std::find(job.missing.begin(), job.missing.end(), item.name) != job.missing.end();
    if (done) continue;  // what a note tells of
    if (!item.flaw.empty()) {
      flaws.push_back(fmt::format("        {} will fail: {}\n", io::path_text(item.name), item.flaw));
      continue;
    }
    Kind& kind = kinds[name_of(item.signature.type) + to_string(item.signature.shape)];
    ++kind.count;
    kind.plan = job.plans[n].get();
    kind.signature = item.signature;
    bytes += static_cast<std::uint64_t>(item.signature.bytes());
  }
  std::string text = fmt::format("items   {}, {} in all\n", job.items.size(), bytes_text(bytes));
  std::size_t lines = 0;
  for (const auto& [name, kind] : kinds) {
    if (++lines > most_lines) break;
    const auto memory = bytes_text(static_cast<std::uint64_t>(kind.plan->bytes));
    text += fmt::format(
        "        {} of {} {}: {}\n", kind.count, name_of(kind.signature.type), to_string(kind.signature.shape),
        kind.plan->streams
            ? fmt::format("in blocks of {}, {} over the file, {} of memory", io::counted(kind.plan->block_rows, "row"),
                          io::counted(kind.plan->passes, "pass", "passes"), memory)
            : fmt::format("whole, {} of memory", memory));
  }
  if (kinds.size() > most_lines)
    text += fmt::format("        and {} more\n", io::counted(kinds.size() - most_lines, "kind"));
  for (std::size_t n = 0; n < std::min(flaws.size(), most_lines); ++n)
    text += flaws[n];
  if (flaws.size() > most_lines) text += fmt::format("        and {} more will fail\n", flaws.size() - most_lines);
  return text;
}

}  // namespace

void add_records(Summary& summary, const std::vector<std::string>& files,
                 const std::map<std::string, Record>& records) {
  for (const auto& file : files) {
    const auto found = records.find(file);
    if (found == records.end()) continue;
    const Record& record = found->second;
    ++(record.done ? summary.done : summary.failed);
    summary.bytes_read += record.bytes_read;
    summary.to_device += record.to_device;
    summary.to_host += record.to_host;
    summary.read_seconds += record.read_seconds;
    summary.device_seconds += record.device_seconds;
    summary.pool_peak = std::max(summary.pool_peak, record.pool_peak);
  }
}

std::string header_text(const RunContext& context, const Job& job) {
  std::string text =
      fmt::format("deck    {}, app pipeline\nranks   {}\ndevice  {}\n", io::path_text(context.deck.file()),
                  context.runtime.communicator().size(), device_name());
  text += items_text(job);
  text += fmt::format("memory  {} for each rank\n", bytes_text(job.memory));
  if (context.continued) {
    text += fmt::format("restart {} of {} done already\n", job.items.size() - job.pending.size(),
                        io::counted(job.items.size(), "item is", "items are"));
  }
  return text;
}

std::string end_text(const Outcome& outcome, const Summary& summary, const std::string& directory) {
  std::string text =
      fmt::format("\n{}: {} of {} done", name_of(outcome.status), summary.done, io::counted(summary.items, "item"));
  if (!outcome.reason.empty()) text += ": " + outcome.reason;
  text += fmt::format("\n{} here, {} of them this time\n", duration_text(summary.wall_seconds), summary.pending);
  if (summary.missing_inputs > 0)
    text += fmt::format("  inputs of {} are gone\n", io::counted(summary.missing_inputs, "done item"));
  text +=
      fmt::format("  read {} in {}, to the device {}, to the host {}; device time {}; pool at most {} of {} a rank\n",
                  bytes_text(summary.bytes_read), duration_text(summary.read_seconds), bytes_text(summary.to_device),
                  bytes_text(summary.to_host), duration_text(summary.device_seconds), bytes_text(summary.pool_peak),
                  bytes_text(summary.memory));
  return text + fmt::format("\nresults: {}, {}; by item: {}\n", io::path_text(directory + "/results.csv"),
                            io::path_text(directory + "/results.h5"), io::path_text(directory + "/items.csv"));
}

void tell(const Summary& summary, nlohmann::ordered_json& json) {
  json["items"] = {{"all", summary.items}, {"done", summary.done}, {"failed", summary.failed}};
  json["missing_inputs"] = summary.missing_inputs;
  json["bytes_read"] = summary.bytes_read;
  json["bytes_to_device"] = summary.to_device;
  json["bytes_to_host"] = summary.to_host;
  json["read_seconds"] = summary.read_seconds;
  json["device_seconds"] = summary.device_seconds;
  json["pool_peak"] = summary.pool_peak;
  json["memory"] = summary.memory;
  json["wall_seconds"] = summary.wall_seconds;
}

namespace {

/// The items as they are now, and what is done with each.
Job planned(const io::Deck& deck, const std::string& root, std::optional<std::uint64_t> memory) {
  Job job;
  job.program = program_of(deck);
  job.items = read_items(deck, root, find_names(deck, root));
  plan_items(job, memory);
  return job;
}

/// Outputs of the items that can be done; what else is written is small.
DiskNeed need_of(const Job& job) {
  double need = 0;
  for (const auto& plan : job.plans) {
    for (const auto& name : job.program.arrays)
      need += plan ? static_cast<double>(plan->signatures.at(name).bytes()) : 0;
  }
  return {need, need};
}

}  // namespace

DiskNeed PipelineCase::disk_need(const std::string& root) const {
  return need_of(planned(deck(), root, memory_forecast(deck())));
}

std::string PipelineCase::forecast(const std::string& root, const RunStart& /*start*/) const {
  const auto memory = memory_forecast(deck());
  const Job job = planned(deck(), root, memory);
  return items_text(job) +
         (memory ? fmt::format("memory  {} for a rank\n", bytes_text(*memory))
                 : "memory  what the device has free, known when the run starts\n") +
         space_text(need_of(job), root);
}

}  // namespace tarn::apps::pipeline
