#pragma once

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

// Decks of equations that nobody chose: terms, operators, dimensions, orders and boundaries from a generator with a
// fixed seed. Their solutions are manufactured.

namespace tarn::apps::test {

/// A random system, and how its deck is written for any number of cells.
struct RandomSystem {
  int number = 0;
  int dimensions = 1;
  int order = 2;  ///< in space
  std::string integrator{};
  bool is_law = false;      ///< conservation laws, with limiters
  bool is_periodic = true;  ///< along all axes
  double end = 0;
  std::vector<std::string> fields{};
  std::vector<std::string> uses{};  ///< operators, and kinds of boundaries
  std::string body{};               ///< the deck but for [grid] cells

  int order_in_time() const { return integrator == "rk2" ? 2 : integrator == "rk3" ? 3 : 4; }
  std::string deck(int cells) const;
};

namespace detail {

inline const std::string axes = "xyz";

/// Random numbers that are the same with every library: the engine's bits are, those of distributions are not.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int below(int count) { return static_cast<int>(engine_() % static_cast<unsigned>(count)); }
  bool one_in(int count) { return below(count) == 0; }
  double between(double low, double high) { return low + (high - low) * static_cast<double>(engine_()) / 4294967295.0; }
  /// As text, of three digits.
  std::string text(double low, double high) { return fmt::format("{:.3f}", between(low, high)); }

 private:
  std::mt19937 engine_;
};

/// Writes one system.
class Author {
 public:
  Author(int number, Dice& dice) : dice_(dice) {
    made_.number = number;
    made_.dimensions = number % 8 == 7 ? 3 : 1 + number % 2;
    made_.is_law = number % 5 == 4;
    made_.order = !made_.is_law && number % 4 >= 2 ? 4 : 2;
    made_.is_periodic = made_.is_law ? dice_.one_in(2) : number % 3 == 0;
    made_.integrator = made_.order == 4 ? "rk4"
                       : made_.is_law   ? "rk3"
                                        : std::array{"rk2", "rk3", "rk4"}[dice_.below(3)];
    made_.end = made_.is_law ? 0.1 : 0.04;
    made_.fields = {"u"};
    if (dice_.one_in(2)) made_.fields.emplace_back("v");
  }

  RandomSystem write() {
    std::string body = fmt::format("[pde]\nintegrator = \"{}\"\norder = {}\n", made_.integrator, made_.order);
    if (made_.is_law) {
      body += laws();
    } else {
      body += "[pde.equations]\n";
      for (const auto& field : made_.fields)
        body += fmt::format("{} = \"{}\"\n", field, equation(field));
      if (!lets_.empty()) body += "[pde.let]\n" + lets_;
    }
    body += "[pde.manufactured]\n";
    for (const auto& field : made_.fields)
      body += fmt::format("{} = \"{}\"\n", field, solution());
    made_.body = "[run]\napp = \"pde\"\n" + boundaries() + body + conditions();
    return made_;
  }

 private:
  void use(const std::string& what) {
    if (std::find(made_.uses.begin(), made_.uses.end(), what) == made_.uses.end()) made_.uses.push_back(what);
  }
  char axis() { return axes[static_cast<std::size_t>(dice_.below(made_.dimensions))]; }
  const std::string& any_field() {
    return made_.fields[static_cast<std::size_t>(dice_.below(static_cast<int>(made_.fields.size())))];
  }

  /// Something smooth of the fields, about as large as 1; of space too where that may be.
  std::string expression() {
    const std::string& f = any_field();
    switch (dice_.below(6)) {
      case 0:
        return f;
      case 1:
        return f + "^2 / 2";
      case 2:
        return fmt::format("{} * {}", f, any_field());
      case 3:
        return fmt::format("exp(-{})", f);
      case 4:
        return fmt::format("sin({} * {})", dice_.text(0.5, 1.5), f);
      default:
        return fmt::format("sqrt(2 + {})", f);
    }
  }

  /// What keeps disturbances from growing.
  std::string spreading(const std::string& field) {
    const std::string by = dice_.text(0.1, 0.3);
    if (dice_.one_in(2)) {
      use("diffuse");
      return fmt::format("diffuse({} + 0.05 * {}, {})", by, expression(), field);
    }
    if (dice_.one_in(2)) {
      use("laplace");
      return fmt::format("{} * laplace({})", by, field);
    }
    std::vector<std::string> terms;
    for (int n = 0; n < made_.dimensions; ++n) {
      const char a = axes[static_cast<std::size_t>(n)];
      use(fmt::format("d{}{}", a, a));
      terms.push_back(fmt::format("{} * d{}{}({})", by, a, a, field));
    }
    return fmt::format("{}", fmt::join(terms, " + "));
  }

  std::string term() {
    const std::string by = dice_.text(-0.5, 0.5);
    const auto vector = [&] {
      std::vector<std::string> parts;
      for (int n = 0; n < made_.dimensions; ++n)
        parts.push_back(dice_.one_in(2) ? dice_.text(-0.5, 0.5) : expression());
      return parts;
    };
    switch (dice_.below(7)) {
      case 0: {
        const char a = axis();
        use(fmt::format("d{}", a));
        return fmt::format("{} * d{}({})", by, a, expression());
      }
      case 1:
        use("grad2");
        return fmt::format("{} * grad2({})", by, any_field());
      case 2:
        use("div");
        return fmt::format("{} * div({})", by, fmt::join(vector(), ", "));
      case 3:
        if (made_.order == 4) return fmt::format("{} * cos({})", by, any_field());
        use("upwind");
        return fmt::format("-upwind({}, {})", fmt::join(vector(), ", "), any_field());
      case 4: {
        if (made_.dimensions == 1) return fmt::format("{} * {}", by, expression());
        const char* const mixed = made_.dimensions == 2 ? "dxy" : std::array{"dxy", "dxz", "dyz"}[dice_.below(3)];
        use(mixed);
        return fmt::format("{} * {}({})", dice_.text(-0.1, 0.1), mixed, any_field());
      }
      case 5:
        return let_term();
      default:
        return fmt::format("{} * x * {}", by, expression());
    }
  }

  /// Whether a name of a let has an operator and is a field; between faces two operators in a row lose order.
  bool has_fields_of_lets() const { return made_.order == 2 || made_.is_periodic; }

  /// An operator of what has one: a field of a let.
  std::string let_term() {
    const std::string name = fmt::format("w{}", lets_.size());
    use("let");
    use("laplace");
    const std::string own = expression(), other = any_field();
    lets_ +=
        fmt::format("{} = \"{} + 0.001 * {}\"\n", name, own, has_fields_of_lets() ? "laplace(" + other + ")" : other);
    return fmt::format("{} * laplace({})", "-0.01", name);
  }

  std::string equation(const std::string& field) {
    std::string text = spreading(field);
    const int terms = 2 + dice_.below(2);
    for (int n = 0; n < terms; ++n)
      text += " + " + term();
    return text + of_more_axes();
  }

  /// Operators that only grids of more dimensions have: the few of these have them all.
  std::string of_more_axes() {
    std::string text;
    const auto add = [&](const char* op, double most) {
      use(op);
      text += fmt::format(" + {} * {}({})", dice_.text(-most, most), op, any_field());
    };
    if (made_.dimensions == 2 && dice_.one_in(3)) {
      add("dxy", 0.05);
      add("dyy", 0.05);
    }
    if (made_.dimensions < 3) return text;
    for (const char* op : {"dx", "dy", "dz"})
      add(op, 0.5);
    for (const char* op : {"dxy", "dxz", "dyz", "dzz", "dyy"})
      add(op, 0.03);
    return text;
  }

  /// Fluxes of fields that do not change places, and the fastest signals that they can have.
  std::string laws() {
    use("flux");
    std::string text = "[pde.flux]\n", speed, body;
    const std::string a = dice_.text(0.3, 1), b = dice_.text(0.1, 0.5);
    for (const auto& field : made_.fields) {
      std::vector<std::string> fluxes(static_cast<std::size_t>(made_.dimensions),
                                      fmt::format("\"{} * {} + {} * {}^2\"", a, field, b, field));
      text += fmt::format("{} = [{}]\n", field, fmt::join(fluxes, ", "));
    }
    std::string fastest =
        fmt::format("\"{} + 2 * {} * abs({})\"", a, b, fmt::join(made_.fields, fmt::format(") + 2 * {} * abs(", b)));
    const std::vector<std::string> speeds(static_cast<std::size_t>(made_.dimensions), fastest);
    const char* const limiter = std::array{"van_leer", "mc"}[static_cast<std::size_t>(dice_.below(2))];
    return fmt::format("limiter = \"{}\"\nspeed = [{}]\n", limiter, fmt::join(speeds, ", ")) + text;
  }

  /// One product of waves, which is smooth, and goes on over the ends of periodic axes.
  std::string solution() {
    std::string text =
        fmt::format("{} + {} * exp(-{} * t)", dice_.text(0.5, 1), dice_.text(0.3, 0.5), dice_.text(0.5, 2));
    for (int n = 0; n < made_.dimensions; ++n) {
      const bool wraps = given_axis() != n;
      const std::string length = wraps ? "2 * pi" : dice_.text(1, 2.5);
      text += fmt::format(" * {}({} * {} + {} + {} * t)", dice_.one_in(2) ? "sin" : "cos", length,
                          axes[static_cast<std::size_t>(n)], dice_.text(0, 3), dice_.text(-1, 1));
    }
    return text;
  }

  /// The axis between given faces; -1: none.
  int given_axis() const { return made_.is_periodic ? -1 : made_.number % made_.dimensions; }

  std::string boundaries() {
    if (made_.is_periodic) {
      use("periodic");
      return {};
    }
    use("given");
    return fmt::format("[grid.boundary]\n{} = \"given\"\n", axes[static_cast<std::size_t>(given_axis())]);
  }

  /// Kinds of conditions; what they give is the solution's.
  std::string conditions() {
    if (made_.is_periodic) return {};
    std::vector<std::string> names = made_.fields;
    for (std::size_t at = 0; has_fields_of_lets() && (at = lets_.find("w", at)) != std::string::npos;
         at = lets_.find('\n', at))
      names.push_back(lets_.substr(at, lets_.find(' ', at) - at));
    std::string text;
    for (const auto& name : names) {
      text += "[pde.boundary." + name + "]\n";
      for (const char* side : {"lower", "upper"}) {
        const int kind = dice_.below(4);
        use(std::array{"value", "slope", "robin", "mirror"}[static_cast<std::size_t>(kind)]);
        const std::string what =
            kind == 2
                ? fmt::format("robin = [\"{}\", \"{}\", \"0\"]", side[0] == 'l' ? "-1" : "1", dice_.text(0.5, 1.5))
                : std::array{"value = 0", "slope = 0", "", "mirror = 1"}[static_cast<std::size_t>(kind)];
        text += fmt::format("{}_{} = {{ {} }}\n", axes[static_cast<std::size_t>(given_axis())], side, what);
      }
    }
    return text;
  }

  Dice& dice_;
  RandomSystem made_;
  std::string lets_;
};

}  // namespace detail

inline std::string RandomSystem::deck(int cells) const {
  std::vector<int> all(static_cast<std::size_t>(dimensions), cells);
  return fmt::format("[grid]\ncells = [{}]\n[time]\nend = {}\n", fmt::join(all, ", "), end) + body;
}

/// The first so many systems.
inline std::vector<RandomSystem> random_systems(int count) {
  detail::Dice dice(20261128);
  std::vector<RandomSystem> systems;
  for (int number = 0; number < count; ++number)
    systems.push_back(detail::Author(number, dice).write());
  return systems;
}

}  // namespace tarn::apps::test
