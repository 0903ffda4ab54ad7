#pragma once

#include <array>
#include <functional>
#include <vector>

#include "tarn/apps/euler/positivity.hpp"
#include "tarn/apps/euler/riemann.hpp"

// A plain solver along one axis, made of the pieces of the app and of nothing else.

namespace tarn::apps::euler {

enum class Ends { periodic, outflow };

template <class Scheme, class Solver>
class Tube {
 public:
  using State = Conserved<double, 1>;
  static constexpr int ghosts = Scheme::width;

  Tube(int cells, double length, double gamma, Ends ends)
      : cells_(cells), dx_(length / cells), gas_(Gas<double>::of(gamma)), ends_(ends), u_(cells + 2 * ghosts) {}

  double dx() const { return dx_; }
  State& operator[](int cell) { return u_[cell + ghosts]; }
  double fallbacks() const { return fallbacks_; }

  /// Advances to a time with strong stability preserving Runge-Kutta steps of two or three stages (Shu and Osher 1988).
  void run(double end, double cfl, int stages) {
    for (double time = 0; time < end;) {
      double fastest = 0;
      for (int i = 0; i < cells_; ++i)
        fastest = std::max(fastest, signal_speed<0>(gas_, primitive_of(gas_, (*this)[i])));
      const double dt = std::min(cfl * dx_ / fastest, end - time);
      const auto start = u_;
      stage(start, 0, 1, dt);
      if (stages == 2) {
        stage(start, 0.5, 0.5, 0.5 * dt);
      } else {
        stage(start, 0.75, 0.25, 0.25 * dt);
        stage(start, 1. / 3, 2. / 3, 2. / 3 * dt);
      }
      time = end - time <= dt ? end : time + dt;
    }
  }

 private:
  /// u = a start + b u + dt rate(u).
  void stage(const std::vector<State>& start, double a, double b, double dt) {
    fill_ghosts();
    const auto flux = fluxes();
    for (int i = 0; i < cells_; ++i) {
      const State &s = start[i + ghosts], &f = flux[i], &g = flux[i + 1];
      State& u = (*this)[i];
      const auto next = [&](double from, double now, double lower, double upper) {
        return a * from + b * now - dt / dx_ * (upper - lower);
      };
      u = {next(s.density, u.density, f.density, g.density),
           {next(s.momentum[0], u.momentum[0], f.momentum[0], g.momentum[0])},
           next(s.energy, u.energy, f.energy, g.energy)};
    }
  }

  std::vector<Flux<double, 1>> fluxes() {
    std::array<std::vector<double>, 3> w;
    for (const State& u : u_) {
      const auto p = primitive_of(gas_, u);
      w[0].push_back(p.density);
      w[1].push_back(p.velocity[0]);
      w[2].push_back(p.pressure);
    }
    std::vector<Flux<double, 1>> flux(cells_ + 1);
    for (int i = 0; i <= cells_; ++i) {
      std::array<Sides<double>, 3> s;
      for (int m = 0; m < 3; ++m)
        s[m] = sides_below<Scheme>(Along<double>{&w[m][i + ghosts], 1});
      const auto cell = [&](int n) {
        return Primitive<double, 1>{w[0][n + ghosts], {w[1][n + ghosts]}, w[2][n + ghosts]};
      };
      const Primitive<double, 1> l{s[0].left, {s[1].left}, s[2].left}, r{s[0].right, {s[1].right}, s[2].right};
      fallbacks_ += !is_sound(l) + !is_sound(r);
      flux[i] = Solver::template flux<0>(gas_, sound_or(l, cell(i - 1)), sound_or(r, cell(i)));
    }
    return flux;
  }

  void fill_ghosts() {
    for (int n = 1; n <= ghosts; ++n) {
      const bool around = ends_ == Ends::periodic;
      (*this)[-n] = (*this)[around ? cells_ - n : 0];
      (*this)[cells_ - 1 + n] = (*this)[around ? n - 1 : cells_ - 1];
    }
  }

  int cells_;
  double dx_;
  Gas<double> gas_;
  Ends ends_;
  std::vector<State> u_;
  double fallbacks_ = 0;
};

}  // namespace tarn::apps::euler
