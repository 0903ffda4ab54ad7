#include "tarn/apps/pde/compiled.hpp"

#include "tarn/apps/pde/extreme_key.hpp"
#include "tarn/apps/pde/graph_value.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/memory/transfer.hpp"

namespace tarn::apps::pde {

using ops::NodeKind;

double DomainNumbers::value(const System& system, int node) const {
  const ops::Graph& graph = system.graph;
  return value_of(graph, node, [&](int part) {
    if (graph[part].kind == NodeKind::operation) return reductions.at(part);
    require(graph[part].index == time_t, "pde: a number of the domain that depends on the cell");
    return time;
  });
}

namespace {

/// A list on the device.
template <class T>
Kokkos::View<T*, Space> uploaded(const std::vector<T>& list) {
  const Kokkos::View<T*, Space> view("tarn::pde::program", list.size());
  const Kokkos::View<const T*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> source(list.data(),
                                                                                                  list.size());
  if (!list.empty()) upload(view, source, "tarn::pde::program");
  return view;
}

}  // namespace

template <class Real>
Compiled<Real>::Compiled(const System& system, const Program& program, const Grid& grid, int row) : program_(program) {
  require(system.auxiliaries.size() <= most_auxiliaries, "pde: too many fields in [pde.let]");
  layout_.row = row;
  layout_.plane = static_cast<std::int64_t>(grid.extent(1)) * row;
  layout_.field = grid.extent(2) * layout_.plane;
  dimensions_ = grid.dimensions();
  std::vector<int> arrays;
  for (const Load& load : program.loads) {
    offsets_.push_back(layout_.offset(load));
    arrays.push_back(load.array);
  }
  for (const Number& number : program.numbers)
    host_numbers_.push_back(static_cast<Real>(number.value));
  device_numbers_ = uploaded(host_numbers_);
  load_arrays_ = uploaded(arrays);
  load_offsets_ = uploaded(offsets_);
  on_device_ = {uploaded(program.steps), device_numbers_, uploaded(program.results), program.first_load(),
                program.first_register()};
  if constexpr (tarn::detail::space_is_gpu) {
    kernels_ = std::make_shared<StageKernels>(program_);
  } else {
    kernel_choice();  // throws where a host is asked for compiled kernels
    host_ = std::make_shared<HostStages<Real>>(program_, layout_);
  }
}

template <class Real>
void Compiled<Real>::set_numbers(const System& system, const DomainNumbers& domain) {
  bool changed = false;
  for (std::size_t n = 0; n < program_.numbers.size(); ++n) {
    if (program_.numbers[n].node < 0) continue;
    host_numbers_[n] = static_cast<Real>(domain.value(system, program_.numbers[n].node));
    changed = true;
  }
  numbers_moved_ = numbers_moved_ || changed;
}

template <class Real>
const CellProgram<Real>& Compiled<Real>::on_device() const {
  if (!numbers_moved_) return on_device_;
  const Kokkos::View<const Real*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> source(
      host_numbers_.data(), host_numbers_.size());
  upload(device_numbers_, source, "tarn::pde::program");
  numbers_moved_ = false;
  return on_device_;
}

template <class Real>
std::optional<KernelWay> Compiled<Real>::way() const {
  if (!kernels_ || !kernels_->has_run()) return {};
  return kernels_->way();
}

template <class Real>
StageKernels::Arguments Compiled<Real>::arguments(void* out, const ReadArrays<Real>& arrays) const {
  StageKernels::Arguments arguments;
  arguments.out = out;
  arguments.arrays.assign(arrays.first.data(), arrays.first.data() + array_combined);
  for (const Real& number : host_numbers_)
    arguments.numbers.push_back(&number);
  return arguments;
}

template <class Real>
StageShape Compiled<Real>::shape(const CellRange& range) const {
  return {range, dimensions_, layout_.row, layout_.plane, layout_.field, sizeof(Real) == 4};
}

/// Runs the kernels that the driver compiles; false if there are none.
template <class Real>
bool Compiled<Real>::run_kernels(const std::string& label, const Space& space, const CellRange& range,
                                 const ReadArrays<Real>& arrays, const Fields<Real>& out,
                                 const ops::CombinationForm& form, const ops::CombinationData<Real>& data) const {
  const auto is_alike = [&](const auto& fields) {
    return static_cast<std::int64_t>(fields.stride(2)) == layout_.row &&
           static_cast<std::int64_t>(fields.stride(1)) == layout_.plane;
  };
  require(is_alike(out), "pde: a result that lies in another way than what it is computed from");
  StageKernels::Arguments given = arguments(out.data(), arrays);
  for (const auto& fields : data.arrays) {
    require(is_alike(fields), "pde: a stage that lies in another way than its result");
    given.combined.push_back(fields.data());
  }
  for (const Real& weight : data.weights)
    given.weights.push_back(&weight);
  StageShape written_for = shape(range);
  written_for.form = form;
  return kernels_->run(label, space, program_, written_for, given);
}

template <class Real>
bool Compiled<Real>::find_extremes(const Space& space, const CellRange& range, const ReadArrays<Real>& arrays,
                                   std::int64_t* keys) const {
  if (layout_.field > most_elements_of_keys) return false;
  StageShape written_for = shape(range);
  written_for.purpose = StagePurpose::extremes;
  return kernels_->run("tarn::pde::extremes", space, program_, written_for, arguments(keys, arrays));
}

namespace {

template <int capacity, class Real>
void set_from(const Space& space, const Compiled<double>& compiled, const Grid& grid, const Fields<Real>& out,
              int field) {
  const CellCenters centers(grid);
  const CellProgram<double>& program = compiled.on_device();
  const Kokkos::View<const int*, Space> axes = compiled.load_arrays();
  for_each_cell(
      "tarn::pde::formula_of_space", space, grid.whole(), KOKKOS_LAMBDA(int k, int j, int i) {
        const double place[3] = {centers.wrapped(0, i), centers.wrapped(1, j), centers.wrapped(2, k)};
        const auto load = [&](int n) { return place[-1 - axes(n)]; };
        double registers[capacity];
        program.run(load, registers);
        out(field, k, j, i) = static_cast<Real>(program.value(program.results(0), load, registers));
      });
}

}  // namespace

template <class Real>
void set_from_program(const Space& space, const Compiled<double>& compiled, const Grid& grid, const Fields<Real>& out,
                      int field) {
  with_room_for(compiled.program(),
                [&](auto room) { set_from<decltype(room)::value, Real>(space, compiled, grid, out, field); });
}

template void set_from_program<float>(const Space&, const Compiled<double>&, const Grid&, const Fields<float>&, int);
template void set_from_program<double>(const Space&, const Compiled<double>&, const Grid&, const Fields<double>&, int);

template class Compiled<float>;
template class Compiled<double>;

}  // namespace tarn::apps::pde
