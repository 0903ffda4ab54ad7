#include "tarn/io/store/lease.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t record_length = 1024;

std::string first_line_of(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string user_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user ? user->pw_name : fmt::format("{}", ::geteuid());
}

std::string process_namespace() {
  std::error_code none;
  return fs::read_symlink("/proc/self/ns/pid", none).string();
}

/// When a process started, in ticks since boot; nothing if there is none or it has ended and waits for its parent.
std::optional<std::uint64_t> start_of(std::int64_t process) {
  const std::string line = first_line_of(fmt::format("/proc/{}/stat", process));
  const auto end_of_name = line.rfind(')');  // the name may hold anything
  if (end_of_name == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(end_of_name + 1));
  std::string state, skipped;
  rest >> state;
  constexpr int between = 18;  // fields 4 to 21 of proc(5); the start is the 22nd
  for (int n = 0; n < between; ++n)
    rest >> skipped;
  std::uint64_t start = 0;
  if (!(rest >> start) || state == "Z" || state == "X") return std::nullopt;
  return start;
}

std::string padded(const std::string& text) {
  std::string record = text;
  record.resize(record_length - 1, ' ');
  return record + '\n';
}

/// @throws nlohmann::json::exception if there is no such text
std::string text_at(const nlohmann::json& lease, const char* key) {
  return lease.at(key).get<std::string>();
}

/// A number without a fraction that is at most `most`, so that none is rounded or wrapped around.
std::optional<std::uint64_t> count_at(const nlohmann::json& lease, const char* key, std::uint64_t most) {
  const auto& value = lease.at(key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most) return std::nullopt;
  return value.get<std::uint64_t>();
}

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string Lease::text() const {
  constexpr double longest = 1e12;  // a stranger's lease may tell of any time
  const double age = std::clamp(now_seconds() - heartbeat, 0.0, longest);
  return fmt::format("process {} on host {} (user {}, since {}, heartbeat {:.0f} s ago)", process, shown_text(host),
                     shown_text(user), shown_text(since), age);
}

Lease own_lease(LockMode mode) {
  Lease lease;
  lease.mode = mode;
  lease.host = host_name();
  lease.boot = first_line_of("/proc/sys/kernel/random/boot_id");
  lease.processes = process_namespace();
  lease.process = ::getpid();
  lease.started = start_of(lease.process).value_or(0);
  lease.user = user_name();
  lease.since = utc_text();
  lease.heartbeat = now_seconds();
  lease.token = random_uuid();
  return lease;
}

bool is_of_this_machine(const Lease& lease) {
  return lease.boot == first_line_of("/proc/sys/kernel/random/boot_id") && lease.processes == process_namespace();
}

bool is_alive(const Lease& lease) {
  if (is_of_this_machine(lease)) return start_of(lease.process) == lease.started;
  return now_seconds() - lease.heartbeat < lease_expiry;
}

std::optional<Lease> read_lease(const fs::path& lock_file) {
  const auto file = open_regular_file(lock_file);
  if (!file || file->size() > 4 * record_length) return std::nullopt;
  return parse_lease(file->read_all());
}

std::optional<Lease> parse_lease(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.empty()) return std::nullopt;
  try {
    const auto process = count_at(json, "process", INT64_MAX), started = count_at(json, "started", UINT64_MAX);
    if (!process || !started || !json.at("heartbeat").is_number()) return std::nullopt;
    Lease lease;
    lease.mode = text_at(json, "mode") == "lease" ? LockMode::lease : LockMode::kernel;
    lease.host = text_at(json, "host");
    lease.boot = text_at(json, "boot");
    lease.processes = text_at(json, "processes");
    lease.process = static_cast<std::int64_t>(*process);
    lease.started = *started;
    lease.user = text_at(json, "user");
    lease.since = text_at(json, "since");
    lease.heartbeat = json.at("heartbeat").get<double>();
    lease.token = text_at(json, "token");
    return lease;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string lease_record(const Lease& lease) {
  const nlohmann::ordered_json json{{"mode", lease.mode == LockMode::lease ? "lease" : "kernel"},
                                    {"host", lease.host},
                                    {"process", lease.process},
                                    {"user", lease.user},
                                    {"since", lease.since},
                                    {"heartbeat", lease.heartbeat},
                                    {"boot", lease.boot},
                                    {"processes", lease.processes},
                                    {"started", lease.started},
                                    {"token", lease.token}};
  return padded(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string empty_record() {
  return padded("{}");
}

}  // namespace tarn::io
