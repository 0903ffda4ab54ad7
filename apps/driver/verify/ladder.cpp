#include "tarn/apps/driver/verify/ladder.hpp"

#include <cmath>

#include "tarn/core/error.hpp"

namespace tarn::apps {

double fitted_order(const std::vector<double>& sizes, const std::vector<double>& errors) {
  require(sizes.size() == errors.size() && sizes.size() >= 2, "a fitted order needs two errors or more");
  const auto count = static_cast<double>(sizes.size());
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t n = 0; n < sizes.size(); ++n) {
    const double a = std::log(sizes[n]), b = -std::log(errors[n]);
    x += a;
    y += b;
    xx += a * a;
    xy += a * b;
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

std::vector<Rung> climb(const Runtime& runtime, const Ladder& ladder) {
  std::vector<Rung> rungs;
  for (const double size : ladder.sizes) {
    SteppedCase run(runtime, ladder.deck(static_cast<int>(std::lround(size))));
    const auto& exact = ladder.exact.empty() ? run.model().exact : ladder.exact;
    if (ladder.start_from_exact) run.start_from(exact);
    if (ladder.steps) {
      run.advance(ladder.end, ladder.steps(size));
    } else {
      run.advance(ladder.end);
    }
    rungs.push_back({size, run.errors(exact)});
    if (ladder.look_at_end) ladder.look_at_end(run);
  }
  return rungs;
}

std::vector<double> errors_on(const std::vector<Rung>& rungs, const std::string& field, double ErrorNorms::*norm) {
  std::vector<double> errors;
  for (const Rung& rung : rungs) {
    for (const FieldError& error : rung.errors) {
      if (error.field == field) errors.push_back(error.norms.*norm);
    }
  }
  require(errors.size() == rungs.size(), "no exact solution is known of the field " + field);
  return errors;
}

double order_of(const std::vector<Rung>& rungs, const std::string& field, double ErrorNorms::*norm) {
  std::vector<double> sizes;
  for (const Rung& rung : rungs)
    sizes.push_back(rung.size);
  return fitted_order(sizes, errors_on(rungs, field, norm));
}

}  // namespace tarn::apps
