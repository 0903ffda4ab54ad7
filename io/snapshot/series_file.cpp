#include "tarn/io/snapshot/series_file.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"

namespace tarn::io {

namespace {

using hdf5::checked;
using hdf5::Doing;
using hdf5::Hid;
using hdf5::NumberType;
using hdf5::Object;
using hdf5::write_attribute;

constexpr std::int64_t no = 0, yes = 1;

Hid space_of(const std::vector<hsize_t>& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

/// A chunked dataset with checksums.
Object create(const Object& group, const std::string& name, NumberType type, const std::vector<hsize_t>& dims,
              const std::vector<hsize_t>& chunk, bool deflate) {
  const Hid space = space_of(dims), creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  const Hid number = hdf5::memory_type(type);
  H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
  if (deflate) {
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), 1);
  }
  H5Pset_fletcher32(creation.get());
  H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(creation.get(), false);
  const std::string place = hdf5::join(group.name, name);
  return {Hid(checked(Doing::writing, group.file, "create the dataset " + place,
                      [&] {
                        return H5Dcreate2(group.id.get(), name.c_str(), number.get(), space.get(), H5P_DEFAULT,
                                          creation.get(), H5P_DEFAULT);
                      }),
              H5Dclose),
          group.file, place};
}

/// A whole dataset of few numbers.
template <class Number>
Object write_numbers(const Object& group, const std::string& name, NumberType type, const std::vector<Number>& values) {
  const std::vector<hsize_t> dims{values.size()};
  Object made = create(group, name, type, dims, dims, false);
  checked(Doing::writing, group.file, "write " + made.name, [&] {
    return H5Dwrite(made.id.get(), hdf5::memory_type(type).get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  });
  return made;
}

void write_varying(const Object& object, std::int64_t by_sample, std::int64_t by_time) {
  write_attribute(object, "sample_varying", by_sample);
  write_attribute(object, "time_varying", by_time);
}

template <class Things>
std::vector<std::string> names_of(const Things& things) {
  std::vector<std::string> names;
  for (const auto& thing : things)
    names.push_back(thing.name);
  return names;
}

}  // namespace

SeriesFile::SeriesFile(const std::filesystem::path& path, const SeriesDescription& about)
    : file_(hdf5::create_file(path, Hid(H5Pcreate(H5P_FILE_ACCESS), H5Pclose))),
      shape_{about.members.size(), about.times.size()},
      single_(about.single) {
  for (const auto& axis : about.axes)
    shape_.push_back(axis.centres.size());
  write_attribute(file_, "dataset_name", about.name);
  write_attribute(file_, "grid_type", std::string("cartesian"));
  write_attribute(file_, "n_spatial_dims", static_cast<std::int64_t>(about.axes.size()));
  write_attribute(file_, "n_trajectories", static_cast<std::int64_t>(about.members.size()));
  write_dimensions(about);
  write_boundaries(about);
  write_scalars(about);
  write_decks(about);
  create_fields(about);
}

void SeriesFile::write_dimensions(const SeriesDescription& about) {
  const Object group = hdf5::create_group(file_, "dimensions");
  write_attribute(group, "spatial_dims", names_of(about.axes));
  const Object time = write_numbers(group, "time", NumberType::float64, about.times);
  write_attribute(time, "sample_varying", no);
  write_attribute(write_numbers(group, "step", NumberType::int64, about.steps), "sample_varying", no);
  for (const auto& axis : about.axes)
    write_varying(write_numbers(group, axis.name, NumberType::float64, axis.centres), no, no);
}

/// For each axis a mask of the cells beside its ends.
void SeriesFile::write_boundaries(const SeriesDescription& about) {
  const Object group = hdf5::create_group(file_, "boundary_conditions");
  for (const auto& axis : about.axes) {
    const Object one = hdf5::create_group(group, axis.name + "_boundary");
    std::string kinds = axis.kinds;
    std::transform(kinds.begin(), kinds.end(), kinds.begin(), [](unsigned char c) { return std::toupper(c); });
    write_attribute(one, "associated_dims", std::vector<std::string>{axis.name});
    write_attribute(one, "associated_fields", names_of(about.fields));
    write_attribute(one, "bc_type", kinds);
    write_varying(one, no, no);
    std::vector<std::uint8_t> mask(axis.centres.size(), 0);
    mask.front() = mask.back() = 1;
    write_numbers(one, "mask", NumberType::uint8, mask);
  }
}

void SeriesFile::write_scalars(const SeriesDescription& about) {
  const Object group = hdf5::create_group(file_, "scalars");
  if (!about.scalars.empty()) write_attribute(group, "field_names", names_of(about.scalars));
  for (const auto& scalar : about.scalars)
    write_varying(write_numbers(group, scalar.name, NumberType::float64, scalar.values), yes, no);
}

/// Beside what The Well has: what each member was made from.
void SeriesFile::write_decks(const SeriesDescription& about) {
  const Object group = hdf5::create_group(file_, "decks");
  for (std::size_t n = 0; n < about.members.size(); ++n) {
    const Object one = hdf5::create_group(group, about.members[n]);
    hdf5::write_long_text(one, "deck", about.decks[n]);
  }
}

void SeriesFile::create_fields(const SeriesDescription& about) {
  const Object group = hdf5::create_group(file_, "t0_fields");
  write_attribute(group, "field_names", names_of(about.fields));
  std::vector<hsize_t> chunk = shape_;
  chunk[0] = chunk[1] = 1;
  for (const auto& field : about.fields) {
    const NumberType type = single_ ? NumberType::float32 : NumberType::float64;
    fields_.push_back(create(group, field.name, type, shape_, chunk, about.deflate));
    write_attribute(fields_.back(), "dim_varying", std::vector<std::int64_t>(about.axes.size(), yes));
    write_varying(fields_.back(), yes, yes);
    if (!field.unit.empty()) write_attribute(fields_.back(), "unit", field.unit);
  }
}

void SeriesFile::put(std::size_t field, std::size_t snapshot, const void* values) const {
  std::vector<hsize_t> start(shape_.size(), 0), count = shape_;
  start[1] = snapshot;
  count[1] = 1;
  const Hid in_file = space_of(shape_), in_memory = space_of(count);
  const Hid number = hdf5::memory_type(single_ ? NumberType::float32 : NumberType::float64);
  H5Sselect_hyperslab(in_file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  const Object& to = fields_.at(field);
  checked(Doing::writing, to.file, "write " + to.name,
          [&] { return H5Dwrite(to.id.get(), number.get(), in_memory.get(), in_file.get(), H5P_DEFAULT, values); });
}

void SeriesFile::close() {
  for (auto& field : fields_)
    checked(Doing::writing, field.file, "close " + field.name, [&] { return field.id.close(); });
  fields_.clear();
  checked(Doing::writing, file_.file, "close the file", [&] { return file_.id.close(); });
}

}  // namespace tarn::io
