#pragma once

#include <string>
#include <vector>

namespace tarn::detail {

/// What MPI reads from the environment while it starts in this process; what the user has set stays, and what was set
/// here is taken away again, so that programs which this one starts do not have it.
class MpiEnvironment {
 public:
  MpiEnvironment();
  ~MpiEnvironment();
  MpiEnvironment(const MpiEnvironment&) = delete;
  MpiEnvironment& operator=(const MpiEnvironment&) = delete;

 private:
  void set(const std::string& name, const std::string& value);

  std::vector<std::string> set_here_;
};

/// Sets what a launcher of ranks, which this process starts, and its ranks read; what the user has set stays.
void prepare_environment_of_launcher();

}  // namespace tarn::detail
