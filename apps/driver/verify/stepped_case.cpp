#include "tarn/apps/driver/verify/stepped_case.hpp"

#include "tarn/apps/driver/stepping.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/interior.hpp"

namespace tarn::apps {

SteppedCase::SteppedCase(const Runtime& runtime, const std::string& deck_text, Observer& observer)
    : observer_(observer),
      case_(parse_case(deck_text, "deck")),
      patch_(make_patch(runtime, as_simulation(*case_))),
      regions_(runtime.space()),
      simulation_(model().create({runtime, deck(), patch_, regions_})) {
  regions_.sample(false);
}

void SteppedCase::advance(double end, int steps) {
  const double start = time_, dt = (end - start) / steps;
  for (int n = 0; n < steps; ++n) {
    look_for_stop();
    simulation_->step(start + n * dt, dt);
  }
  time_ = end;
  steps_ += steps;
}

void SteppedCase::advance(double end) {
  while (time_ < end) {
    look_for_stop();
    const NextStep next = next_step(time_, {time_, 0}, end, simulation_->largest_step(), false);
    simulation_->step(time_, next.dt);
    time_ = next.end;
    ++steps_;
  }
}

void SteppedCase::look_for_stop() const {
  const auto asked = patch_.ranks().max(std::int64_t{observer_.stop_request()});
  if (asked > 0) throw AskedToStop(observer_.name_of(static_cast<int>(asked)));
}

std::vector<double> SteppedCase::values(const std::string& field) const {
  std::vector<double> result;
  std::visit(
      [&](const auto& values) {
        using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
        const HostField<Real, 3> host("tarn::verify::values", grid().cells(2), grid().cells(1), grid().cells(0));
        copy_interior_to_host<Real>(patch_.space(), grid(), values, host);
        result.assign(host.data(), host.data() + host.size());
      },
      simulation_->output(field).values);
  return result;
}

double SteppedCase::history(const std::string& name) const {
  for (const HistoryValue& column : simulation_->history()) {
    if (column.name == name) return column.value;
  }
  throw Error("the history has no column " + name);
}

}  // namespace tarn::apps
