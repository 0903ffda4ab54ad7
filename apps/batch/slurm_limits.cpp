#include "tarn/apps/batch/slurm_limits.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/batch/process.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::batch {

namespace {

using Fields = std::map<std::string, std::string>;

std::string ask(const std::vector<std::string>& words) {
  const Outcome outcome = run_program(words);
  if (outcome.code == 0) return outcome.output;
  throw DataError(fmt::format("{} does not answer: {}", words[0], complaint_of(outcome)));
}

/// The words "Key=value" of a line.
Fields fields_of(const std::string& line) {
  Fields fields;
  for (const auto& word : io::split(line, ' ')) {
    const auto equals = word.find('=');
    if (equals != std::string::npos) fields[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return fields;
}

double number_of(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);  // "8+" is 8
}

/// Nodes that are alike.
struct Nodes {
  int count = 0;
  double cpus = 0, megabytes = 0;
  int gpus = 0;
};

std::vector<Nodes> nodes_of(const std::string& partition) {
  std::vector<Nodes> nodes;
  for (const auto& line : io::lines_of(ask({"sinfo", "-h", "-e", "-p", partition, "-o", "%D|%c|%m|%G"}))) {
    const auto parts = io::split(line, '|');
    if (parts.size() < 4) continue;
    nodes.push_back(
        {static_cast<int>(number_of(parts[0])), number_of(parts[1]), number_of(parts[2]), slurm_gpus(parts[3])});
  }
  return nodes;
}

/// The partition that a job would come to; where there is none, that is told.
std::vector<Fields> partition_of(const JobRequest& request, std::vector<std::string>& why) {
  std::vector<Fields> found;
  std::vector<std::string> known;
  const auto wanted = io::split(request.partition, ',');
  for (const auto& line : io::lines_of(ask({"scontrol", "show", "partition", "-o"}))) {
    Fields fields = fields_of(line);
    known.push_back(fields["PartitionName"]);
    const bool named = std::find(wanted.begin(), wanted.end(), known.back()) != wanted.end();
    if (request.partition.empty() ? fields["Default"] == "YES" : named) found.push_back(std::move(fields));
  }
  if (request.partition.empty() && found.empty()) {
    why.push_back(
        fmt::format("no partition is the default one: choose with --partition, of {}", fmt::join(known, ", ")));
  } else if (found.size() < wanted.size()) {
    why.push_back(fmt::format("there is no partition {}; there are: {}", request.partition, fmt::join(known, ", ")));
  }
  return found;
}

/// What a single partition says.
std::vector<std::string> refusals_of(Fields& partition, const JobRequest& request, double bytes_per_node) {
  std::vector<std::string> why;
  const std::string name = partition["PartitionName"];
  const double limit = slurm_seconds(partition["MaxTime"]);
  if (limit >= 0 && static_cast<double>(request.seconds) > limit) {
    why.push_back(fmt::format("--time {} is more than partition {} allows: {}", limit_text(request.seconds), name,
                              limit_text(static_cast<std::int64_t>(limit))));
  }
  if (std::isdigit(static_cast<unsigned char>(partition["MaxNodes"][0])) &&
      request.nodes > number_of(partition["MaxNodes"])) {
    why.push_back(
        fmt::format("--nodes {} is more than partition {} allows: {}", request.nodes, name, partition["MaxNodes"]));
  }
  int all = 0, large_enough = 0, with_memory = 0, with_gpus = 0;
  double most_cpus = 0, most_megabytes = 0;
  int most_gpus = 0;
  const double cpus = static_cast<double>(request.ranks_per_node) * request.cpus_per_rank;
  const double megabytes = std::max(static_cast<double>(request.memory_mb), bytes_per_node / (1 << 20));
  for (const auto& nodes : nodes_of(name)) {
    all += nodes.count;
    if (nodes.cpus >= cpus) large_enough += nodes.count;
    if (nodes.megabytes >= megabytes) with_memory += nodes.count;
    if (nodes.gpus >= request.gpus_per_node) with_gpus += nodes.count;
    most_cpus = std::max(most_cpus, nodes.cpus);
    most_megabytes = std::max(most_megabytes, nodes.megabytes);
    most_gpus = std::max(most_gpus, nodes.gpus);
  }
  if (request.nodes > all) {
    why.push_back(fmt::format("--nodes {}: partition {} has {}", request.nodes, name, all));
    return why;
  }
  if (request.nodes > large_enough) {
    why.push_back(fmt::format("{} ranks of {} CPUs on each of {} nodes: the nodes of partition {} have at most {} CPUs",
                              request.ranks_per_node, request.cpus_per_rank, request.nodes, name, most_cpus));
  }
  if (request.nodes > with_memory) {
    why.push_back(fmt::format("each node must have {}: the nodes of partition {} have at most {}; use more nodes",
                              apps::size_text(megabytes * (1 << 20)), name,
                              apps::size_text(most_megabytes * (1 << 20))));
  }
  if (request.nodes > with_gpus) {
    why.push_back(fmt::format("--gpus-per-node {}: the nodes of partition {} have at most {}", request.gpus_per_node,
                              name, most_gpus));
  }
  return why;
}

/// Slurm's limit on the number of tasks of an array.
double largest_array() {
  for (const auto& line : io::lines_of(ask({"scontrol", "show", "config"}))) {
    if (line.starts_with("MaxArraySize")) return number_of(line.substr(line.find('=') + 1));
  }
  return 1e9;
}

}  // namespace

double slurm_seconds(const std::string& text) {
  if (text.empty() || !std::isdigit(static_cast<unsigned char>(text[0]))) return -1;
  double days = 0;
  std::string rest = text;
  const auto dash = text.find('-');
  if (dash != std::string::npos) {
    days = number_of(text);
    rest = text.substr(dash + 1);
  }
  const auto parts = io::split(rest, ':');
  double seconds = 0;
  for (const auto& part : parts)
    seconds = 60 * seconds + number_of(part);
  if (parts.size() == 1) seconds *= dash == std::string::npos ? 60 : 3600;  // minutes alone; days-hours
  if (parts.size() == 2 && dash != std::string::npos) seconds *= 60;        // days-hours:minutes
  return 24 * 3600 * days + seconds;
}

int slurm_gpus(const std::string& gres) {
  int gpus = 0;
  int depth = 0;
  std::string item;
  for (const char c : gres + ",") {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c != ',' || depth > 0) {
      item += c;
      continue;
    }
    item = item.substr(0, item.find('('));
    const auto colon = item.rfind(':');
    if (item.starts_with("gpu"))
      gpus += colon == std::string::npos ? 1 : static_cast<int>(number_of(item.substr(colon + 1)));
    item.clear();
  }
  return gpus;
}

std::vector<std::string> slurm_refusals(const JobRequest& request, double bytes_per_node) {
  std::vector<std::string> why;
  if (request.memory_mb > 0 && bytes_per_node > static_cast<double>(request.memory_mb) * (1 << 20)) {
    why.push_back(fmt::format("--memory-per-node: the run takes about {} on each node at least",
                              apps::size_text(bytes_per_node)));
  }
  auto partitions = partition_of(request, why);
  std::vector<std::string> everywhere;
  bool possible = partitions.empty();
  for (auto& partition : partitions) {  // of several one is enough
    const auto refusals = refusals_of(partition, request, bytes_per_node);
    possible = possible || refusals.empty();
    everywhere.insert(everywhere.end(), refusals.begin(), refusals.end());
  }
  if (!possible) why.insert(why.end(), everywhere.begin(), everywhere.end());
  if (request.members > 0 && static_cast<double>(request.members) > largest_array()) {
    why.push_back(fmt::format("{} members: Slurm's arrays have at most {:.0f}", request.members, largest_array()));
  }
  return why;
}

}  // namespace tarn::batch
