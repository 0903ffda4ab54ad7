#include <array>

#include <fmt/format.h>

#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/snapshot/structure.hpp"

// The /VTKHDF group that VTK and ParaView read: the cells' centres as points. The arrays are the fields' own datasets,
// through hard links. VTK 9.1 crashes on an image that is flat along any axis, and reads ImageData's CellData with the
// wrong extent; so a grid that is flat, for having one or two dimensions or one cell along an axis, is shown as a slab
// of two equal layers, through virtual datasets that hold no values of their own.

namespace tarn::io {

using hdf5::Doing;
using hdf5::Extents;
using hdf5::Hid;
using hdf5::Object;

namespace {

/// One axis of the image, x, y or z.
struct ImageAxis {
  std::int64_t points = 2;
  double origin = 0;   ///< [length]
  double spacing = 1;  ///< [length]
  bool flat = true;
};

ImageAxis image_axis(const GridBlock& grid, int axis) {
  const auto n = static_cast<std::size_t>(axis);
  if (axis >= grid.dimensions) return {2, -0.5 * grid.spacing[0], grid.spacing[0], true};
  if (grid.cells[n] == 1) return {2, grid.lower[n], grid.spacing[n], true};
  return {grid.cells[n], cell_center(grid, axis, 0), grid.spacing[n], false};
}

hid_t element_type(hdf5::Element element) {
  return element == hdf5::Element::float32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
}

/// A selection of one layer of the slab: everything along the axes that are not flat.
void select_layer(const Hid& space, const std::array<ImageAxis, 3>& axes, unsigned layer) {
  Extents offset(3, 0), count(3, 1);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t place = 2 - axis;
    if (axes[axis].flat) {
      offset[place] = layer >> axis & 1u;
    } else {
      count[place] = static_cast<hsize_t>(axes[axis].points);
    }
  }
  H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, offset.data(), nullptr, count.data(), nullptr);
}

void create_slab(const Object& group, const OpenField& field, const std::array<ImageAxis, 3>& axes) {
  Extents dims;
  unsigned flat = 0;
  for (std::size_t axis = 3; axis-- > 0;) {
    dims.push_back(static_cast<hsize_t>(axes[axis].points));
    if (axes[axis].flat) flat |= 1u << axis;
  }
  const Hid space(H5Screate_simple(3, dims.data(), nullptr), H5Sclose);
  const hdf5::DatasetLayout& layout = field.dataset.layout;
  const Hid source(H5Screate_simple(static_cast<int>(layout.dims.size()), layout.dims.data(), nullptr), H5Sclose);
  const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation.get(), false);
  for (unsigned layer = 0; layer < 8; ++layer) {
    if ((layer & flat) != layer) continue;
    select_layer(space, axes, layer);
    checked(Doing::writing, group.file, "show a field to VTK", [&] {
      return H5Pset_virtual(creation.get(), space.get(), ".", field.dataset.object.name.c_str(), source.get());
    });
  }
  H5Sselect_all(space.get());
  const Hid made(checked(Doing::writing, group.file, "show a field to VTK",
                         [&] {
                           return H5Dcreate2(group.id.get(), field.entry.name.c_str(), element_type(layout.element),
                                             space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT);
                         }),
                 H5Dclose);
}

void link_field(const Object& group, const OpenField& field) {
  checked(Doing::writing, group.file, "show a field to VTK", [&] {
    return H5Lcreate_hard(field.dataset.object.id.get(), ".", group.id.get(), field.entry.name.c_str(), H5P_DEFAULT,
                          H5P_DEFAULT);
  });
}

}  // namespace

void write_vtkhdf(const Object& root, const GridBlock& grid, const std::vector<OpenField>& fields) {
  const std::array<ImageAxis, 3> axes{image_axis(grid, 0), image_axis(grid, 1), image_axis(grid, 2)};
  const Object group = create_group(root, "VTKHDF");
  write_attribute(group, "Version", std::vector<std::int64_t>{1, 0});
  write_attribute(group, "Type", std::string("ImageData"));
  write_attribute(group, "WholeExtent",
                  std::vector<std::int64_t>{0, axes[0].points - 1, 0, axes[1].points - 1, 0, axes[2].points - 1});
  write_attribute(group, "Origin", std::vector<double>{axes[0].origin, axes[1].origin, axes[2].origin});
  write_attribute(group, "Spacing", std::vector<double>{axes[0].spacing, axes[1].spacing, axes[2].spacing});
  write_attribute(group, "Direction", std::vector<double>{1, 0, 0, 0, 1, 0, 0, 0, 1});

  const Object points = create_group(group, "PointData");
  const bool flat = axes[0].flat || axes[1].flat || axes[2].flat;
  for (const auto& field : fields)
    flat ? create_slab(points, field, axes) : link_field(points, field);
}

}  // namespace tarn::io
