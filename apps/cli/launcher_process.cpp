#include "tarn/apps/cli/launcher_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "tarn/apps/cli/launcher_messages.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"

namespace tarn::cli {

namespace {

/// A launcher ends its ranks on SIGTERM and SIGINT, but most hand SIGUSR1 on to them, which asks for a checkpoint.
constexpr int asks_for_checkpoint = SIGUSR1;
constexpr int milliseconds_between_looks = 1000;
/// How often it is sent, unless a rank says that it came: it may be lost on its way, and a run may be long at a step.
constexpr int most_sent = 5;
constexpr auto between_sent = std::chrono::seconds(2);

/// How long ranks may take to say that they hear signals. One that comes before ends them or the launcher, and after
/// that time they are taken for ranks whose words do not come here.
constexpr auto patience = std::chrono::seconds(20);

[[noreturn]] void throw_no_process() {
  throw UsageError(fmt::format("no process for the MPI launcher: {}", std::strerror(errno)));
}

/// A file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number_ < 0) throw_no_process();
  }
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// Signals that come to a descriptor instead of a handler, from here on.
class Signals {
 public:
  Signals() : asked_(asked()), before_(block(asked_)), descriptor_(signalfd(-1, &asked_, SFD_CLOEXEC | SFD_NONBLOCK)) {}
  ~Signals() { restore(); }

  int descriptor() const { return descriptor_.get(); }
  void restore() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  /// @returns a signal that came, or 0
  int next() const {
    signalfd_siginfo info{};
    return ::read(descriptor_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  static sigset_t asked() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGXCPU, SIGTSTP, SIGCONT, SIGCHLD, SIGHUP}) {
      struct sigaction now {};
      sigaction(number, nullptr, &now);
      if (number == SIGHUP && now.sa_handler == SIG_IGN) continue;  // nohup
      sigaddset(&set, number);
    }
    return set;
  }
  static sigset_t block(const sigset_t& set) {
    sigset_t before;
    sigprocmask(SIG_BLOCK, &set, &before);
    return before;
  }

  sigset_t asked_, before_;
  Descriptor descriptor_;
};

/// A file in memory with a text.
int file_of(const std::string& text) {
  const int file = memfd_create("tarn-deck", MFD_CLOEXEC);
  if (file < 0) return file;
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) throw_no_process();
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

/// In the new process.
[[noreturn]] void become(const std::vector<std::string>& words, pid_t parent, int input, int errors) {
  setpgid(0, 0);  // a terminal's Ctrl-C comes to tarn alone, which hands it on
  prctl(PR_SET_PDEATHSIG, asks_for_checkpoint);
  if (getppid() != parent) _exit(apps::exit_code::other);  // it died before
  std::signal(asks_for_checkpoint, SIG_IGN);               // until the launcher hands it on, and once it does no more
  dup2(input, STDIN_FILENO);
  dup2(errors, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const auto& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  tell("tarn: the MPI launcher {} could not be started: {}\n", words[0], std::strerror(errno));
  _exit(apps::exit_code::usage);
}

/// A launcher that runs.
class Launcher {
  using Clock = std::chrono::steady_clock;

 public:
  explicit Launcher(pid_t process) : process_(process) {}

  /// What a signal to this process asks for.
  void take(int signal) {
    if (signal == SIGTSTP) {
      send(SIGTSTP);
      kill(getpid(), SIGSTOP);  // returns when this process may go on
      send(SIGCONT);
    } else if (signal == SIGCONT) {
      send(SIGCONT);
    } else if (signal == SIGINT && interrupted_) {
      send(SIGINT);
    } else if (signal != SIGCHLD) {
      interrupted_ = interrupted_ || signal == SIGINT;
      asked_ = signal;
      to_send_ = most_sent;
      next_ = {};
    }
  }

  /// Asks the ranks for the end that was asked for, once they hear it, until they say that it came.
  void hand_on(const LauncherMessages& ranks) {
    const auto now = Clock::now();
    if (ranks.stop_came()) to_send_ = 0;
    if (!waits() || now < next_ || !(ranks.ranks_hear() || now - began_ > patience)) return;
    // Rank 0 asks all others, and tells why; launchers that hand it on let each rank hear sooner.
    sigval why{};
    why.sival_int = asked_;
    if (const auto first = first_rank(ranks)) sigqueue(*first, asks_for_checkpoint, why);
    send(asks_for_checkpoint);
    --to_send_;
    next_ = now + between_sent;
  }

  /// Whether something was asked for that may not have come to the ranks.
  bool waits() const { return to_send_ > 0; }

  /// The last signal that asked for the end; 0 if none came.
  int asked() const { return asked_; }

  /// Whether it has ended; its exit code then.
  std::optional<int> exit_code() const {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) != process_) return {};
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  void send(int signal) const { kill(process_, signal); }

  /// The process of rank 0, where this one can see it.
  static std::optional<pid_t> first_rank(const LauncherMessages& ranks) {
    const auto& first = ranks.first_rank();
    if (!first || !io::is_of_this_machine(*first) || !io::is_alive(*first)) return {};
    return static_cast<pid_t>(first->process);
  }

  pid_t process_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point next_;
  bool interrupted_ = false;
  int to_send_ = 0, asked_ = 0;
};

/// Passes on what is there. @returns whether more may come
bool read_messages(int errors, LauncherMessages& messages) {
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t count = ::read(errors, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 && errno == EAGAIN;
    messages.add({block.data(), static_cast<std::size_t>(count)});
  }
}

int supervise(Launcher& launcher, const Signals& signals, int errors) {
  LauncherMessages messages;
  std::optional<int> code;
  while (!code) {
    pollfd waiting[] = {{signals.descriptor(), POLLIN, 0}, {errors, POLLIN, 0}};
    poll(waiting, 2, launcher.waits() ? milliseconds_between_looks : -1);
    if (errors >= 0 && waiting[1].revents != 0 && !read_messages(errors, messages)) errors = -1;
    while (const int signal = signals.next())
      launcher.take(signal);
    launcher.hand_on(messages);
    code = launcher.exit_code();
  }
  if (errors >= 0) read_messages(errors, messages);
  messages.finish(*code);
  return *code;
}

}  // namespace

int run_launcher(const std::vector<std::string>& words, const std::optional<std::string>& input, int* asked) {
  const Descriptor in(input ? file_of(*input) : open("/dev/null", O_RDONLY | O_CLOEXEC));
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) throw_no_process();
  const Descriptor errors(ends[0]);
  Descriptor errors_of_ranks(ends[1]);
  fcntl(errors.get(), F_SETFL, O_NONBLOCK);
  const Signals signals;
  const pid_t parent = getpid(), child = fork();
  if (child == 0) {
    signals.restore();
    become(words, parent, in.get(), errors_of_ranks.get());
  }
  if (child < 0) throw_no_process();
  errors_of_ranks.close();
  Launcher launcher(child);
  const int code = supervise(launcher, signals, errors.get());
  if (asked != nullptr) *asked = launcher.asked();
  return code;
}

}  // namespace tarn::cli
