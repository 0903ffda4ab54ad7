#include "tarn/apps/batch/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::batch {

namespace {

constexpr int no_such_program = 127;

[[noreturn]] void throw_no_process(const std::string& program) {
  throw DataError(fmt::format("{}: no process can be made: {}", program, std::strerror(errno)));
}

/// In the new process.
[[noreturn]] void become(const std::vector<std::string>& words, int output, int errors) {
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  std::vector<char*> arguments;
  for (const auto& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(no_such_program);
}

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Reads both pipes to their ends, so that neither fills up.
void read_both(std::array<int, 2> pipes, std::array<std::string*, 2> texts) {
  std::array<char, 4096> block{};
  while (pipes[0] >= 0 || pipes[1] >= 0) {
    pollfd waiting[] = {{pipes[0], POLLIN, 0}, {pipes[1], POLLIN, 0}};
    poll(waiting, 2, -1);
    for (std::size_t n = 0; n < 2; ++n) {
      if (pipes[n] < 0 || waiting[n].revents == 0) continue;
      const ssize_t count = ::read(pipes[n], block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count > 0) {
        texts[n]->append(block.data(), static_cast<std::size_t>(count));
      } else {
        ::close(pipes[n]);
        pipes[n] = -1;
      }
    }
  }
}

}  // namespace

Outcome run_program(const std::vector<std::string>& words) {
  int output[2], errors[2];
  if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) throw_no_process(words[0]);
  const pid_t child = fork();
  if (child < 0) throw_no_process(words[0]);
  if (child == 0) become(words, output[1], errors[1]);
  ::close(output[1]);
  ::close(errors[1]);
  Outcome outcome;
  read_both({output[0], errors[0]}, {&outcome.output, &outcome.errors});
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.code = code_of(status);
  return outcome;
}

std::string complaint_of(const Outcome& outcome) {
  constexpr std::size_t longest = 1000;
  std::istringstream lines(outcome.errors);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) text += (text.empty() ? "" : "; ") + line;
  }
  if (!text.empty()) return io::shortened(text, longest);
  if (outcome.code > 128) return fmt::format("signal {} ended it", outcome.code - 128);
  return fmt::format("it ended with exit code {}, and said nothing", outcome.code);
}

bool is_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0;
  const char* const path = std::getenv("PATH");
  std::string rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::string folder = rest.substr(0, rest.find(':'));
    if (access(fmt::format("{}/{}", folder, name).c_str(), X_OK) == 0) return true;
    rest = rest.size() > folder.size() ? rest.substr(folder.size() + 1) : "";
  }
  return false;
}

std::string own_program() {
  char path[4096] = {};
  if (readlink("/proc/self/exe", path, sizeof(path) - 1) <= 0) {
    throw DataError(fmt::format("/proc/self/exe: {}", std::strerror(errno)));
  }
  return path;
}

Child::Child(const std::vector<std::string>& words, const std::string& log) {
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file < 0) throw DataError(fmt::format("{}: {}", io::path_text(log), std::strerror(errno)));
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);  // it died before
    setpgid(0, 0);                      // a terminal's Ctrl-C comes to the parent alone, which hands it on
    become(words, file, file);
  }
  ::close(file);
  if (process_ < 0) throw_no_process(words[0]);
}

std::optional<int> Child::exit_code() {
  int status = 0;
  if (!code_ && waitpid(process_, &status, WNOHANG) == process_) code_ = code_of(status);
  return code_;
}

void Child::send(int signal) const {
  if (!code_) kill(process_, signal);
}

}  // namespace tarn::batch
