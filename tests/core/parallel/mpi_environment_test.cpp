#include "tarn/core/parallel/mpi_environment.hpp"

#include <cstdlib>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tarn/core/runtime.hpp"

namespace tarn::detail {
namespace {

/// A process that no launcher started; each variable is what it was again after a test.
class AloneInTheEnvironment : public testing::Test {
 protected:
  AloneInTheEnvironment() {
    for (const char* name :
         {"HWLOC_COMPONENTS", "OMPI_MCA_pml", "OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK",
          "PMI_FD", "PMI_ID", "PMI_SIZE", "FLUX_KVS_DIR", "ALPS_APP_PE", "SLURM_STEP_ID"}) {
      const char* const value = std::getenv(name);
      before_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  ~AloneInTheEnvironment() override {
    for (const auto& [name, value] : before_) {
      if (value) {
        setenv(name.c_str(), value->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
  }

  static std::string value_of(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "(not set)" : value;
  }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

TEST_F(AloneInTheEnvironment, WhatIsSetForMpiIsTakenAwayAgain) {
  {
    const MpiEnvironment environment;
    EXPECT_EQ(value_of("HWLOC_COMPONENTS").substr(0, 5), "-cuda");
  }
  EXPECT_EQ(value_of("HWLOC_COMPONENTS"), "(not set)");
  EXPECT_EQ(value_of("OMPI_MCA_pml"), "(not set)");
}

TEST_F(AloneInTheEnvironment, WhatTheUserHasSetStays) {
  setenv("HWLOC_COMPONENTS", "x86", 1);
  setenv("OMPI_MCA_pml", "cm", 1);
  {
    const MpiEnvironment environment;
    EXPECT_EQ(value_of("HWLOC_COMPONENTS"), "x86");
    EXPECT_EQ(value_of("OMPI_MCA_pml"), "cm");
  }
  EXPECT_EQ(value_of("HWLOC_COMPONENTS"), "x86");
  EXPECT_EQ(value_of("OMPI_MCA_pml"), "cm");
  prepare_environment_of_launcher();
  EXPECT_EQ(value_of("HWLOC_COMPONENTS"), "x86");
}

TEST_F(AloneInTheEnvironment, NoNetworkIsLookedForWithoutOtherRanks) {
  if (mpi_version().rfind("Open MPI v4.", 0) != 0) GTEST_SKIP() << "other releases do not wait: " << mpi_version();
  {
    const MpiEnvironment environment;
    EXPECT_EQ(value_of("OMPI_MCA_pml"), "ob1");
  }
  for (const char* of_launcher : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK", "PMI_FD", "PMI_ID",
                                  "PMI_SIZE", "FLUX_KVS_DIR", "ALPS_APP_PE", "SLURM_STEP_ID"}) {
    setenv(of_launcher, "1", 1);
    const MpiEnvironment environment;
    EXPECT_EQ(value_of("OMPI_MCA_pml"), "(not set)") << of_launcher;
    unsetenv(of_launcher);
  }
}

TEST_F(AloneInTheEnvironment, RanksChooseTheirNetworkThemselves) {
  prepare_environment_of_launcher();
  EXPECT_EQ(value_of("HWLOC_COMPONENTS").substr(0, 5), "-cuda");
  EXPECT_EQ(value_of("OMPI_MCA_pml"), "(not set)");
}

}  // namespace
}  // namespace tarn::detail
