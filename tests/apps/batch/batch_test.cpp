#include <gtest/gtest.h>

#include "tarn/apps/batch/job_request.hpp"
#include "tarn/apps/batch/slurm_limits.hpp"
#include "tarn/apps/driver/job_limits.hpp"
#include "tarn/core/error.hpp"

namespace tarn::batch {
namespace {

TEST(BatchRequest, RefusesWhatIsNoName) {
  JobRequest request;
  request.partition = "gpu_a100,batch";
  EXPECT_NO_THROW(check_request(request));

  for (const char* bad : {"-p", "a b", "a;b", "a\nb", "$(x)", "a'b", "a\"b", "=x"}) {
    request.partition = bad;
    EXPECT_THROW(check_request(request), UsageError) << bad;
  }
}

TEST(BatchSlurm, ReadsLimitsOfTime) {
  EXPECT_EQ(slurm_seconds("30"), 1800);
  EXPECT_EQ(slurm_seconds("30:00"), 1800);
  EXPECT_EQ(slurm_seconds("01:00:00"), 3600);
  EXPECT_EQ(slurm_seconds("2-00:00:00"), 172800);
  EXPECT_EQ(slurm_seconds("1-02"), 93600);
  EXPECT_EQ(slurm_seconds("1-02:30"), 95400);
  EXPECT_LT(slurm_seconds("UNLIMITED"), 0);
}

TEST(BatchSlurm, CountsGpus) {
  EXPECT_EQ(slurm_gpus("(null)"), 0);
  EXPECT_EQ(slurm_gpus("gpu:2"), 2);
  EXPECT_EQ(slurm_gpus("gpu:a100:4(S:0-1)"), 4);
  EXPECT_EQ(slurm_gpus("gpu:a100:2(S:0,1),gpu:t4:1,nic:3"), 3);
}

TEST(BatchClock, KeepsTheEndOfItsJob) {
  apps::JobClock clock(1000, 10);  // a checkpoint may take 10 s

  EXPECT_FALSE(clock.is_over(900));
  EXPECT_TRUE(clock.is_over(980));  // 5 + 2 * 10 before

  clock.checkpoint_took(1);
  EXPECT_FALSE(clock.is_over(980));
  clock.look_took(20);
  EXPECT_TRUE(clock.is_over(955));  // 5 + 2 * (20 + 1)
  clock.checkpoint_took(0.5);       // the longest counts
  EXPECT_EQ(clock.margin(), 47);
}

TEST(BatchClock, OfNoJobNeverEnds) {
  EXPECT_FALSE(apps::JobClock({}, 10).is_over(1e12));
}

}  // namespace
}  // namespace tarn::batch
