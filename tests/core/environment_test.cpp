#include "tarn/core/environment.hpp"

#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/core/runtime.hpp"

namespace tarn {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

// Before main, and so before the runtime of the tests starts the devices.
const bool set_early = [] {
  environment::set("TARN_TEST_EARLY", "first");
  environment::set("TARN_TEST_EARLY", "second");
  return true;
}();

/// A variable that is set for as long as this object lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name), before_(environment::get(name)) {
    setenv(name, value, 1);
  }
  ~Variable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

TEST(Environment, GetsWhatIsSet) {
  const Variable empty("TARN_TEST_EMPTY", "");

  EXPECT_EQ(environment::get("TARN_TEST_EARLY"), "second");
  EXPECT_EQ(environment::get("TARN_TEST_EMPTY"), "");
  EXPECT_TRUE(environment::has("TARN_TEST_EMPTY"));
  EXPECT_EQ(environment::get("TARN_TEST_NOT_SET"), std::nullopt);
  EXPECT_FALSE(environment::has("TARN_TEST_NOT_SET"));
}

TEST(Environment, IsNotSetAfterTheDevicesWereStarted) {
  try {
    environment::set("CUDA_VISIBLE_DEVICES", "0");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("CUDA_VISIBLE_DEVICES cannot be set any more: the devices have been started"));
  }
}

TEST(Environment, ShowsWhatRunsDependOnAndNoSecret) {
  const Variable cuda("CUDA_VISIBLE_DEVICES", "0,1"), threads("OMP_NUM_THREADS", "2"), job("SLURM_JOB_ID", "17");
  const Variable secret("SLURM_JWT", "hidden"), other("TARN_TEST_OTHER", "hidden"), like("MY_OMP_X", "hidden");

  const auto shown = environment::of_interest();

  EXPECT_THAT(shown, Contains(Pair("CUDA_VISIBLE_DEVICES", "0,1")));
  EXPECT_THAT(shown, Contains(Pair("OMP_NUM_THREADS", "2")));
  EXPECT_THAT(shown, Contains(Pair("SLURM_JOB_ID", "17")));
  EXPECT_THAT(shown, Not(Contains(Key("PATH"))));
  for (const auto& [name, value] : shown)
    EXPECT_NE(value, "hidden") << name;
}

TEST(Environment, TakesTheFirstToolkitFolderThatExists) {
  const Variable home("CUDA_HOME", "/no/such/folder"), path("CUDA_PATH", "/tmp");

  EXPECT_EQ(environment::cuda_toolkit(), "/tmp");
}

TEST(Environment, SplitsTheLibraryFolders) {
  const Variable libraries("LD_LIBRARY_PATH", "/a::/b c:");

  EXPECT_THAT(environment::library_folders(), ElementsAre("/a", "/b c"));
}

TEST(Environment, ListsDevicesWithTheirMemory) {
  const auto devices = environment::devices();

  ASSERT_EQ(devices.size(), static_cast<std::size_t>(device_count()));
  EXPECT_EQ(devices[0].number, 0);
  EXPECT_FALSE(devices[0].name.empty());
  EXPECT_GT(devices[0].total, 1u << 26);
  EXPECT_GT(devices[0].free, 0u);
  EXPECT_LE(devices[0].free, devices[0].total);
}

}  // namespace
}  // namespace tarn
