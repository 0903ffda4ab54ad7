#include "tarn/apps/euler/derived.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps::euler {

std::vector<DerivedField> derived_fields(int dimensions, const std::vector<std::string>& scalars) {
  std::vector<DerivedField> fields;
  const auto add = [&](const std::string& name, const char* unit, const std::string& meaning, Quantity quantity,
                       int component = 0, bool differs = false) {
    fields.push_back({{name, unit, meaning}, quantity, component, differs});
  };
  for (int axis = 0; axis < dimensions; ++axis) {
    const std::string letter(1, "xyz"[axis]);
    add("velocity_" + letter, "length/time", "velocity along " + letter, Quantity::velocity, axis);
  }
  add("pressure", "", "pressure", Quantity::pressure);
  add("temperature", "", "pressure / density: temperature times the specific gas constant", Quantity::temperature);
  add("sound_speed", "length/time", "speed of sound", Quantity::sound_speed);
  add("mach", "", "speed over speed of sound", Quantity::mach);
  add("schlieren", "", "|grad density|", Quantity::schlieren, 0, true);
  if (dimensions == 2) {
    add("vorticity", "1/time", "curl of the velocity", Quantity::vorticity, 2, true);
  } else if (dimensions == 3) {
    for (int axis = 0; axis < 3; ++axis) {
      const std::string letter(1, "xyz"[axis]);
      add("vorticity_" + letter, "1/time", "curl of the velocity along " + letter, Quantity::vorticity, axis, true);
    }
  }
  for (std::size_t n = 0; n < scalars.size(); ++n)
    add(scalars[n], "", "a passive scalar", Quantity::scalar, static_cast<int>(n));
  return fields;
}

DerivedField derived_field(const std::string& name, int dimensions, const std::vector<std::string>& scalars) {
  for (const auto& field : derived_fields(dimensions, scalars)) {
    if (field.description.name == name) return field;
  }
  throw Error(fmt::format("euler: there is no output '{}'", name));
}

}  // namespace tarn::apps::euler
