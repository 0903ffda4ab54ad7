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

#include "tarn/io/store/file_operations.hpp"
#include "tarn/io/store/names.hpp"

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

template <class T>
T value_or_throw(const nlohmann::json& lease, const char* key) {
  return lease.at(key).get<T>();
}

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string Lease::text() const {
  const double age = std::max(0.0, now_seconds() - heartbeat);
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
  const auto json = nlohmann::json::parse(file->read_all(), nullptr, false);
  if (!json.is_object() || json.empty()) return std::nullopt;
  try {
    Lease lease;
    lease.mode = value_or_throw<std::string>(json, "mode") == "lease" ? LockMode::lease : LockMode::kernel;
    lease.host = value_or_throw<std::string>(json, "host");
    lease.boot = value_or_throw<std::string>(json, "boot");
    lease.processes = value_or_throw<std::string>(json, "processes");
    lease.process = value_or_throw<std::int64_t>(json, "process");
    lease.started = value_or_throw<std::uint64_t>(json, "started");
    lease.user = value_or_throw<std::string>(json, "user");
    lease.since = value_or_throw<std::string>(json, "since");
    lease.heartbeat = value_or_throw<double>(json, "heartbeat");
    lease.token = value_or_throw<std::string>(json, "token");
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
  return padded(json.dump());
}

std::string empty_record() {
  return padded("{}");
}

}  // namespace tarn::io
