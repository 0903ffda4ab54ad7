#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/combination.hpp"
#include "tarn/ops/integrate/rkl2.hpp"

namespace tarn::ops {

/// The explicit methods by which fields are advanced in time.
enum class Scheme {
  euler,    ///< forward Euler, order 1
  ssp_rk2,  ///< strong stability preserving Runge-Kutta, order 2: C.-W. Shu and S. Osher, J. Comput. Phys. 77 (1988)
            ///< 439
  ssp_rk3,  ///< the same of order 3
  rk4,      ///< the classical Runge-Kutta method, order 4
  rkl2,     ///< Runge-Kutta-Legendre super time stepping, order 2; see rkl2.hpp
};

/// Arrays of fields that a scheme needs, the state among them.
/// @param keeps_last  whether the state before the last step is kept
int arrays_of(Scheme scheme, bool keeps_last = false);

/// Whether equations are meant for a scheme: `Equations::uses(scheme)` says so, a constant expression; without it they
/// are for any. Kernels of other schemes are not compiled.
template <class Equations>
constexpr bool meant_for(Scheme scheme) {
  if constexpr (requires { Equations::uses(scheme); }) {
    return Equations::uses(scheme);
  } else {
    return true;
  }
}

/// Advances fields u' = r(u, t) by one step of a scheme.
///
/// The equations are asked for one stage at a time, and make `out` a combination of rates and of arrays that the
/// integrator keeps:
///
///   equations.set(label, now, time, out, combination)
///
/// stands for out(n, cell) = combination(n, cell, rate n of `now` in the cell at `time`). `out` is another array than
/// `now`, and may be one of those that the combination reads, in the cell itself. For two_steps() alone they bring
///
///   equations.set_two_steps(label, now, time, out, lengths)
///
/// which makes `out` the state after two steps of Scheme::euler from `now`.
template <class Real>
class Integrator {
 public:
  /// @param stages      of rkl2, an odd number >= 3; not looked at otherwise
  /// @param state       the fields to advance, with ghosts; what the ghosts hold is copied to all arrays
  /// @param keeps_last  whether take_back() is to be possible
  Integrator(Scheme scheme, int stages, const Grid& grid, const Fields<Real>& state, bool keeps_last = false);

  /// The fields, after the last step; another array after each step.
  const Fields<Real>& state() const { return u_; }
  /// An array that holds nothing between steps; where the state before the last step is kept, perhaps that.
  const Fields<Real>& spare() const { return next_; }

  /// From `time` to `time + dt`.
  /// @param on_device  dt and dt / 6 in device memory, for kernels that are recorded; null: they take dt with them
  /// @throws Error if the equations are not meant for the scheme
  template <class Equations>
  void step(Equations& equations, double time, double dt, const double* on_device = nullptr);

  /// Makes the state what it was before the last step(), its ghosts apart; at most once after each.
  /// @throws Error if that state is not kept
  void take_back();

  /// The fields in a stage within the last step, at its middle or its end; of schemes without one those after it. Only
  /// where the state before is kept.
  const Fields<Real>& within_last_step() const {
    switch (scheme_) {
      case Scheme::ssp_rk2:
        return next_;
      case Scheme::ssp_rk3:
        return third_;
      case Scheme::rk4:
        return fourth_;
      default:
        return u_;
    }
  }

  /// Two steps of Scheme::euler at once, for equations whose rates do not depend on the time; the bits are those of two
  /// calls of step().
  /// @param lengths    of the steps
  /// @param on_device  dt and dt / 6 of the first step, then those of the second, as for step()
  template <class Equations>
  void two_steps(Equations& equations, double time, const std::array<double, 2>& lengths,
                 const double* on_device = nullptr);

 private:
  template <class Equations>
  void euler(Equations& equations, double time, double dt);
  template <class Equations>
  void ssp_rk2(Equations& equations, double time, double dt);
  template <class Equations>
  void ssp_rk3(Equations& equations, double time, double dt);
  template <class Equations>
  void rk4(Equations& equations, double time, double dt);
  template <class Equations>
  void rkl2(Equations& equations, double time, double dt);

  /// The array in which the state before the last step is kept.
  Fields<Real>& last() { return scheme_ == Scheme::ssp_rk2 ? third_ : next_; }
  /// The last stage of a scheme that has no other need of a further array: it overwrites the state, which it reads in
  /// the cell itself, or, where the state is kept, what no stage needs any more.
  template <class Equations, class Combine>
  void finish(Equations& equations, const char* label, const Fields<Real>& now, double time, const Combine& combine) {
    const Fields<Real> out = keeps_last_ ? last() : u_;
    equations.set(label, now, time, out, combine);
    if (keeps_last_) std::swap(u_, last());
  }

  /// factor dt, as a weight
  StepWeight<Real> of_step(double factor, double dt) const { return {factor, dt, on_device_}; }
  /// dt / 6
  StepWeight<Real> sixth_of_step(double dt) const {
    return {1, dt / 6, on_device_ == nullptr ? nullptr : on_device_ + 1};
  }

  /// a + rate_weight r, where r is the rate of a
  static Combination<Real, 1, 0, 0> plus_own_rate(const Fields<Real>& a, const StepWeight<Real>& rate_weight) {
    return {{Fields<const Real>(a)}, {Real(1)}, rate_weight};
  }
  /// a + rate_weight r
  static Combination<Real, 1> plus_rate(const Fields<Real>& a, const StepWeight<Real>& rate_weight) {
    return {{Fields<const Real>(a)}, {Real(1)}, rate_weight};
  }
  /// weight a + (1 - weight) b + rate_weight r, where r is the rate of b; the weights sum up to exactly 1, or each step
  /// would scale u a little
  static Combination<Real, 2, 0, 1> mean_plus_rate(const Fields<Real>& a, const Fields<Real>& b, double weight,
                                                   const StepWeight<Real>& rate_weight) {
    const auto w = static_cast<Real>(weight);
    return {{Fields<const Real>(a), Fields<const Real>(b)}, {w, Real(1 - w)}, rate_weight};
  }

  Scheme scheme_;
  bool keeps_last_;
  std::optional<Rkl2> rkl2_;
  Fields<Real> u_, next_, third_, fourth_;
  const double* on_device_ = nullptr;  ///< dt and dt / 6 of the step that is being made
};

template <class Real>
template <class Equations>
void Integrator<Real>::step(Equations& equations, double time, double dt, const double* on_device) {
  on_device_ = on_device;
  switch (scheme_) {
    case Scheme::euler:
      if constexpr (meant_for<Equations>(Scheme::euler)) return euler(equations, time, dt);
      break;
    case Scheme::ssp_rk2:
      if constexpr (meant_for<Equations>(Scheme::ssp_rk2)) return ssp_rk2(equations, time, dt);
      break;
    case Scheme::ssp_rk3:
      if constexpr (meant_for<Equations>(Scheme::ssp_rk3)) return ssp_rk3(equations, time, dt);
      break;
    case Scheme::rk4:
      if constexpr (meant_for<Equations>(Scheme::rk4)) return rk4(equations, time, dt);
      break;
    case Scheme::rkl2:
      if constexpr (meant_for<Equations>(Scheme::rkl2)) return rkl2(equations, time, dt);
      break;
  }
  throw Error("these equations are not meant for the integrator's scheme");
}

template <class Real>
template <class Equations>
void Integrator<Real>::two_steps(Equations& equations, double time, const std::array<double, 2>& lengths,
                                 const double* on_device) {
  require(scheme_ == Scheme::euler, "integrator: two steps at once are for forward Euler");
  const double* const second = on_device == nullptr ? nullptr : on_device + 2;
  equations.set_two_steps("two_euler_steps", u_, time, next_,
                          {StepWeight<Real>{1, lengths[0], on_device}, StepWeight<Real>{1, lengths[1], second}});
  std::swap(u_, next_);
}

template <class Real>
template <class Equations>
void Integrator<Real>::euler(Equations& equations, double time, double dt) {
  equations.set("euler_step", u_, time, next_, plus_own_rate(u_, of_step(1, dt)));
  std::swap(u_, next_);
}

template <class Real>
template <class Equations>
void Integrator<Real>::ssp_rk2(Equations& equations, double time, double dt) {
  equations.set("first_stage", u_, time, next_, plus_own_rate(u_, of_step(1, dt)));
  finish(equations, "second_stage", next_, time + dt, mean_plus_rate(u_, next_, 0.5, of_step(0.5, dt)));
}

template <class Real>
template <class Equations>
void Integrator<Real>::ssp_rk3(Equations& equations, double time, double dt) {
  equations.set("first_stage", u_, time, next_, plus_own_rate(u_, of_step(1, dt)));
  equations.set("second_stage", next_, time + dt, third_, mean_plus_rate(u_, next_, 0.75, of_step(0.25, dt)));
  finish(equations, "third_stage", third_, time + 0.5 * dt, mean_plus_rate(u_, third_, 1.0 / 3, of_step(2.0 / 3, dt)));
}

template <class Real>
template <class Equations>
void Integrator<Real>::rk4(Equations& equations, double time, double dt) {
  equations.set("first_stage", u_, time, next_, plus_own_rate(u_, of_step(0.5, dt)));
  equations.set("second_stage", next_, time + 0.5 * dt, third_, plus_rate(u_, of_step(0.5, dt)));
  equations.set("third_stage", third_, time + 0.5 * dt, fourth_, plus_rate(u_, of_step(1, dt)));
  finish(equations, "fourth_stage", fourth_, time + dt,
         Rk4Last<Real>{u_, next_, third_, fourth_, Real(1) / 3, sixth_of_step(dt)});
}

template <class Real>
template <class Equations>
void Integrator<Real>::rkl2(Equations& equations, double time, double dt) {
  const auto& stages = rkl2_->stage;
  const Fields<Real> start = u_, start_rate = fourth_;
  equations.set("start_rate", u_, time, start_rate, Combination<Real, 0>{{}, {}, Real(1)});
  equations.set("first_stage", u_, time, next_, plus_own_rate(u_, of_step(stages[1].mu_rate, dt)));
  Fields<Real> before_last = third_, last = next_;  // the stage after these reads u_ instead of before_last
  for (std::size_t j = 2; j < stages.size(); ++j) {
    const auto& s = stages[j];
    // The rest is taken from the rounded weights: the three sum up to exactly 1.
    const auto mu = static_cast<Real>(s.mu), nu = static_cast<Real>(s.nu);
    const Combination<Real, 3, 1, 0> stage{{Fields<const Real>(last), Fields<const Real>(j == 2 ? start : before_last),
                                            Fields<const Real>(start), Fields<const Real>(start_rate)},
                                           {mu, nu, Real(1 - mu - nu), of_step(s.gamma_rate, dt)},
                                           of_step(s.mu_rate, dt)};
    equations.set("rkl2_stage", last, time + stages[j - 1].time * dt, before_last, stage);
    std::swap(before_last, last);
  }
  // The arrays change places: the result becomes the state, and the old state is free for the next step.
  third_ = before_last;
  next_ = start;
  u_ = last;
}

}  // namespace tarn::ops
