#pragma once

#include <array>
#include <cstdint>
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
  /// Cells done in first order, all stages counted.
  std::int64_t fallbacks() const { return fallbacks_; }

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
  /// u = a start + b u + dt rate(u). Cells that come out unsound, and the faces that they share with others, are done
  /// once more in first order, until all are sound: each round marks further cells or is the last.
  void stage(const std::vector<State>& start, double a, double b, double dt) {
    fill_ghosts();
    const auto now = u_;
    const auto w = primitives();
    auto flux = fluxes(w);
    std::vector<bool> marked(cells_ + 2);  // from the cell before the first on
    for (bool again = true; again;) {
      again = false;
      for (int i = 0; i < cells_; ++i) {
        (*this)[i] = advanced(start[i + ghosts], now[i + ghosts], flux[i], flux[i + 1], a, b, dt);
        if (is_sound((*this)[i]) || marked[i + 1]) continue;
        marked[i + 1] = again = true;
        ++fallbacks_;
      }
      if (ends_ == Ends::periodic) {
        marked[0] = marked[cells_];
        marked[cells_ + 1] = marked[1];
      }
      for (int i = 0; i <= cells_; ++i) {
        if (marked[i] || marked[i + 1]) flux[i] = Solver::template flux<0>(gas_, cell(w, i - 1), cell(w, i));
      }
    }
  }

  State advanced(const State& start, const State& now, const State& lower, const State& upper, double a, double b,
                 double dt) const {
    const auto next = [&](double s, double u, double f, double g) { return a * s + b * u - dt / dx_ * (g - f); };
    return {next(start.density, now.density, lower.density, upper.density),
            {next(start.momentum[0], now.momentum[0], lower.momentum[0], upper.momentum[0])},
            next(start.energy, now.energy, lower.energy, upper.energy)};
  }

  using Fields = std::array<std::vector<double>, 3>;

  Fields primitives() const {
    Fields w;
    for (const State& u : u_) {
      const auto p = primitive_of(gas_, u);
      w[0].push_back(p.density);
      w[1].push_back(p.velocity[0]);
      w[2].push_back(p.pressure);
    }
    return w;
  }

  static Primitive<double, 1> cell(const Fields& w, int i) {
    return {w[0][i + ghosts], {w[1][i + ghosts]}, w[2][i + ghosts]};
  }

  std::vector<Flux<double, 1>> fluxes(const Fields& w) {
    std::vector<Flux<double, 1>> flux(cells_ + 1);
    for (int i = 0; i <= cells_; ++i) {
      std::array<Sides<double>, 3> s;
      for (int m = 0; m < 3; ++m)
        s[m] = sides_below<Scheme>(Along<double>{&w[m][i + ghosts], 1});
      const Primitive<double, 1> l{s[0].left, {s[1].left}, s[2].left}, r{s[0].right, {s[1].right}, s[2].right};
      flux[i] = Solver::template flux<0>(gas_, sound_or(l, cell(w, i - 1)), sound_or(r, cell(w, i)));
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
  std::int64_t fallbacks_ = 0;
};

}  // namespace tarn::apps::euler
