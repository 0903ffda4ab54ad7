#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tarn::batch {

/// What a program said and how it ended.
struct Outcome {
  int code = 0;        ///< 128 + n if signal n ended it; 127 if there is no such program
  std::string output;  ///< of the standard output
  std::string errors;  ///< of the standard error
};

/// Runs a program to its end, without a shell: each word is one argument, whatever is in it.
/// @throws DataError if no process can be made
Outcome run_program(const std::vector<std::string>& words);

/// What a program that failed said, as one line of a message: its standard error, or how it ended where it said
/// nothing.
std::string complaint_of(const Outcome& outcome);

/// Whether a program is found.
bool is_program(const std::string& name);

/// The path of this program.
std::string own_program();

/// A program that goes on beside this one. It gets SIGTERM if this one dies.
class Child {
 public:
  /// @param log  takes all that it prints, appended
  /// @throws DataError if no process can be made
  Child(const std::vector<std::string>& words, const std::string& log);

  /// Whether it has ended; its exit code then, as Outcome::code.
  std::optional<int> exit_code();
  void send(int signal) const;

 private:
  pid_t process_ = -1;
  std::optional<int> code_;
};

}  // namespace tarn::batch
