#include <algorithm>

#include <fmt/format.h>

#include "tarn/c/simulation.hpp"
#include "tarn/core/grid/interior.hpp"

namespace {

using namespace tarn;
using c::guarded;
using c::not_null;
using c::require_memory;
using c::text_of;
using c::text_of_all;

/// Calls `use` with the values of a field, of float or double.
template <class Use>
void with_values(const apps::NamedField& field, const Use& use) {
  if (const auto* single = std::get_if<Field<float, 3>>(&field.values)) {
    use(*single);
  } else {
    use(std::get<Field<double, 3>>(field.values));
  }
}

template <class View>
using Real = typename std::decay_t<View>::non_const_value_type;

/// The axes of a tarn_field, z, y, x, as the grid counts them.
constexpr int axis_of[3] = {2, 1, 0};

template <class View>
tarn_field describe(const Grid& grid, const View& values) {
  tarn_field field{};
  field.type = sizeof(Real<View>) == sizeof(float) ? TARN_FLOAT32 : TARN_FLOAT64;
  field.on_device = Kokkos::SpaceAccessibility<Kokkos::HostSpace, typename View::memory_space>::accessible ? 0 : 1;
  for (int n = 0; n < 3; ++n) {
    const int axis = axis_of[n];
    field.shape[n] = grid.cells(axis);
    field.stride[n] = static_cast<std::int64_t>(values.stride(static_cast<std::size_t>(n)));
    field.offset[n] = grid.offset(axis);
    field.domain[n] = grid.domain().cells[static_cast<std::size_t>(axis)];
    field.spacing[n] = grid.spacing(axis);
  }
  std::int64_t first = 0;
  for (int n = 0; n < 3; ++n)
    first += grid.ghosts(axis_of[n]) * field.stride[n];
  const bool empty = std::find(field.shape, field.shape + 3, 0) != field.shape + 3;
  field.data = empty ? nullptr : values.data() + first;
  return field;
}

/// A caller's array as one of this rank's cells.
template <class T>
HostField<T, 3> cells_of(const Grid& grid, void* values, std::size_t count) {
  const auto wanted = static_cast<std::size_t>(grid.interior().size());
  if (count != wanted) {
    throw ShapeMismatch(fmt::format("the array has {} elements; this rank has {} cells ({} x {} x {})", count, wanted,
                                    grid.cells(2), grid.cells(1), grid.cells(0)));
  }
  if (count > 0) require_memory(values, "values");
  return HostField<T, 3>(static_cast<T*>(values), static_cast<std::size_t>(grid.cells(2)),
                         static_cast<std::size_t>(grid.cells(1)), static_cast<std::size_t>(grid.cells(0)));
}

void get(tarn_simulation& simulation, const std::string& name, void* values, std::size_t count) {
  const Grid& grid = simulation.grid();
  const auto field = simulation.field(name);
  simulation.ranks().agree([&] {
    with_values(field, [&](const auto& from) {
      using T = Real<decltype(from)>;
      copy_interior_to_host<T>(simulation.space(), grid, from, cells_of<T>(grid, values, count));
    });
  });
}

void set(tarn_simulation& simulation, const char* name, const void* values, std::size_t count) {
  const Grid& grid = simulation.grid();
  simulation.ranks().agree([&] {
    const auto field = simulation.state_field(text_of(name, "name"));
    with_values(field, [&](const auto& to) {
      using T = Real<decltype(to)>;
      copy_interior_from_host<T>(simulation.space(), grid, cells_of<T>(grid, const_cast<void*>(values), count), to);
    });
  });
  simulation.changed();
}

}  // namespace

extern "C" {

int tarn_simulation_create(tarn_runtime* runtime, const char* deck, const char* const* overrides, int override_count,
                           tarn_simulation** simulation) {
  return guarded([&] {
    if (simulation != nullptr) *simulation = nullptr;
    const Runtime& own = *not_null(runtime, "runtime").runtime;
    std::vector<std::string> changes;
    own.communicator().agree([&] {
      not_null(simulation, "simulation");
      require_memory(deck, "deck");
      if (override_count > 0) require_memory(overrides, "overrides");
      for (int n = 0; n < override_count; ++n)
        changes.push_back(text_of(overrides[n], "override"));
    });
    *simulation = new tarn_simulation(own, deck, changes);
    return TARN_OK;
  });
}

int tarn_simulation_destroy(tarn_simulation* simulation) {
  return guarded([&] {
    delete simulation;
    return TARN_OK;
  });
}

int tarn_simulation_largest_step(tarn_simulation* simulation, double* dt) {
  return guarded([&] {
    auto& own = not_null(simulation, "simulation");
    own.ranks().agree([&] { not_null(dt, "dt"); });
    *dt = own.simulation().largest_step();
    return TARN_OK;
  });
}

int tarn_simulation_step(tarn_simulation* simulation, double dt) {
  return guarded([&] {
    not_null(simulation, "simulation").step(dt);
    return TARN_OK;
  });
}

int tarn_simulation_time(const tarn_simulation* simulation, int64_t* step, double* time, double* end) {
  return guarded([&] {
    const auto& own = not_null(simulation, "simulation");
    if (step != nullptr) *step = own.now().step;
    if (time != nullptr) *time = own.now().time;
    if (end != nullptr) *end = own.end();
    return TARN_OK;
  });
}

int tarn_simulation_field(tarn_simulation* simulation, const char* name, tarn_field* field) {
  return guarded([&] {
    auto& own = not_null(simulation, "simulation");
    own.ranks().agree([&] {
      require_memory(name, "name");
      require_memory(field, "field");
    });
    const auto found = own.field(name);
    own.space().fence();
    with_values(found, [&](const auto& values) { *field = describe(own.grid(), values); });
    return TARN_OK;
  });
}

int tarn_simulation_changed(tarn_simulation* simulation) {
  return guarded([&] {
    not_null(simulation, "simulation").changed();
    return TARN_OK;
  });
}

int tarn_simulation_get(tarn_simulation* simulation, const char* name, void* values, size_t count) {
  return guarded([&] {
    auto& own = not_null(simulation, "simulation");
    get(own, text_of_all(own.ranks(), name, "name"), values, count);
    return TARN_OK;
  });
}

int tarn_simulation_set(tarn_simulation* simulation, const char* name, const void* values, size_t count) {
  return guarded([&] {
    set(not_null(simulation, "simulation"), name, values, count);
    return TARN_OK;
  });
}

int tarn_simulation_directory(tarn_simulation* simulation, const char* path) {
  return guarded([&] {
    auto& own = not_null(simulation, "simulation");
    own.open_directory(text_of_all(own.ranks(), path, "path"));
    return TARN_OK;
  });
}

int tarn_simulation_write_snapshot(tarn_simulation* simulation, const char* series) {
  return guarded([&] {
    auto& own = not_null(simulation, "simulation");
    own.write_snapshot(text_of_all(own.ranks(), series, "series"));
    return TARN_OK;
  });
}

int tarn_simulation_write_checkpoint(tarn_simulation* simulation) {
  return guarded([&] {
    not_null(simulation, "simulation").write_checkpoint();
    return TARN_OK;
  });
}

int tarn_simulation_restart(tarn_simulation* simulation, const char* file) {
  return guarded([&] {
    not_null(simulation, "simulation")
        .restart(file == nullptr ? std::nullopt : std::optional<std::string>(std::string(file)));
    return TARN_OK;
  });
}

}  // extern "C"
