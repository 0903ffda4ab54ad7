#include "tarn/apps/pde/system.hpp"

#include <algorithm>

namespace tarn::apps::pde {

using ops::NodeKind;

void System::forget_expressions() {
  graph = {};
  dependence_.clear();
  laws.slowest.clear();
  laws.fastest.clear();
  rates.clear();
  auxiliaries.clear();
  outputs.clear();
  history.clear();
  origins.clear();
}

unsigned System::dependence(int node) const {
  for (int n = static_cast<int>(dependence_.size()); n <= node; ++n) {
    const auto& one = graph[n];
    unsigned on = 0;
    for (const int child : one.child) {
      if (child >= 0) on |= dependence_[static_cast<std::size_t>(child)];
    }
    if (one.kind == NodeKind::variable) {
      on = one.index == time_t ? on_time : one.index < 0 ? on_space : on_fields;
    } else if (one.kind == NodeKind::operation) {
      on = is_stencil(static_cast<Operator>(one.index)) ? on | on_neighbors : unsigned{on_domain};
    }
    dependence_.push_back(on);
  }
  return dependence_[static_cast<std::size_t>(node)];
}

double System::cell_volume() const {
  double volume = 1;
  for (int axis = 0; axis < dimensions; ++axis)
    volume *= spacing[static_cast<std::size_t>(axis)];
  return volume;
}

bool System::changes_in_time() const {
  for (int node = 0; node < graph.size(); ++node) {
    if (graph[node].kind == NodeKind::variable && graph[node].index == time_t) return true;
  }
  return false;
}

std::vector<Task> System::tasks(const std::vector<int>& roots) const {
  std::vector<Task> tasks;
  add_tasks(roots, tasks);
  return tasks;
}

/// Depth first: what a task needs comes before it.
void System::add_tasks(const std::vector<int>& roots, std::vector<Task>& tasks) const {
  for (const int part : graph.parts_of(roots)) {
    const auto& node = graph[part];
    if (node.kind == NodeKind::operation && static_cast<Operator>(node.index) == Operator::balance) {
      add_tasks(laws.slowest, tasks);
      add_tasks(laws.fastest, tasks);
    }
    const bool is_field = node.kind == NodeKind::variable && node.index >= field_count();
    const bool is_number = node.kind == NodeKind::operation && !is_stencil(static_cast<Operator>(node.index));
    if (!is_field && !is_number) continue;
    const Task task{is_field, is_field ? node.index - field_count() : part};
    if (std::find(tasks.begin(), tasks.end(), task) != tasks.end()) continue;
    add_tasks({is_field ? auxiliaries[static_cast<std::size_t>(task.number)].node : node.child[0]}, tasks);
    tasks.push_back(task);
  }
}

std::string variable_name(const System& system, int index) {
  if (index == time_t) return "t";
  if (index < 0) return std::string(1, "xyz"[-1 - index]);
  if (index < system.field_count()) return system.fields[static_cast<std::size_t>(index)];
  return system.auxiliaries[static_cast<std::size_t>(index - system.field_count())].name;
}

}  // namespace tarn::apps::pde
