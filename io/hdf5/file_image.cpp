#include "tarn/io/hdf5/file_image.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>
#endif

#include "tarn/io/hdf5/file.hpp"

namespace tarn::io::hdf5 {

/// The bytes that HDF5 has written, in pages.
struct FileImage::Memory {
  static constexpr std::uint64_t page_size = 4096;
  struct Page {
    std::string bytes = std::string(page_size, '\0');
    std::string written = std::string(page_size, '\0');  ///< 1 for each byte that was written
  };

  std::map<std::uint64_t, Page> pages;  ///< by number
  std::uint64_t end = 0;                ///< of what HDF5 has allocated
  bool placing = false;                 ///< chunks are given places and not kept
  Extent placed;                        ///< the last one

  template <class Copy>
  void for_each_page(std::uint64_t address, std::uint64_t size, const Copy& copy) {
    for (std::uint64_t done = 0; done < size;) {
      const std::uint64_t within = (address + done) % page_size;
      const std::uint64_t count = std::min(page_size - within, size - done);
      copy((address + done) / page_size, within, done, count);
      done += count;
    }
  }

  void write(std::uint64_t address, const char* bytes, std::uint64_t size) {
    for_each_page(address, size, [&](std::uint64_t number, std::uint64_t within, std::uint64_t done, std::uint64_t n) {
      Page& page = pages[number];
      std::memcpy(page.bytes.data() + within, bytes + done, n);
      std::memset(page.written.data() + within, 1, n);
    });
  }

  void read(std::uint64_t address, char* bytes, std::uint64_t size) {
    for_each_page(address, size, [&](std::uint64_t number, std::uint64_t within, std::uint64_t done, std::uint64_t n) {
      const auto page = pages.find(number);
      if (page == pages.end()) {
        std::memset(bytes + done, 0, n);
      } else {
        std::memcpy(bytes + done, page->second.bytes.data() + within, n);
      }
    });
  }
};

/// The virtual file driver that HDF5 calls. It is found through the access property list of a file, which carries the
/// memory to use.
struct MemoryDriver {
  using Memory = FileImage::Memory;

  struct File {
    H5FD_t head;
    Memory* memory;
  };

  static Memory& memory_of(const H5FD_t* file) { return *reinterpret_cast<const File*>(file)->memory; }

  static H5FD_t* open(const char*, unsigned, hid_t access, haddr_t) {
    Memory* const* memory = static_cast<Memory* const*>(H5Pget_driver_info(access));
    return memory ? &(new File{{}, *memory})->head : nullptr;
  }
  static herr_t close(H5FD_t* file) {
    delete reinterpret_cast<File*>(file);
    return 0;
  }
  static int compare(const H5FD_t* a, const H5FD_t* b) { return a < b ? -1 : a > b ? 1 : 0; }
  static herr_t query(const H5FD_t*, unsigned long* flags) {
    if (flags) *flags = H5FD_FEAT_AGGREGATE_METADATA;
    return 0;
  }
  static haddr_t get_end(const H5FD_t* file, H5FD_mem_t) { return memory_of(file).end; }
  static herr_t set_end(H5FD_t* file, H5FD_mem_t, haddr_t end) {
    memory_of(file).end = end;
    return 0;
  }
  static herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, std::size_t size, void* bytes) {
    memory_of(file).read(address, static_cast<char*>(bytes), size);
    return 0;
  }
  static herr_t write(H5FD_t* file, H5FD_mem_t kind, hid_t, haddr_t address, std::size_t size, const void* bytes) {
    Memory& memory = memory_of(file);
    if (memory.placing && kind == H5FD_MEM_DRAW) {
      memory.placed = {address, size};
    } else {
      memory.write(address, static_cast<const char*>(bytes), size);
    }
    return 0;
  }
  static herr_t do_nothing(H5FD_t*, hid_t, hbool_t) { return 0; }
  static void* copy_info(const void* info) { return new Memory*(*static_cast<Memory* const*>(info)); }
  static herr_t free_info(void* info) {
    delete static_cast<Memory**>(info);
    return 0;
  }

  static H5FD_class_t description() {
    H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(510);
#endif
    driver.name = "tarn_file_image";
    driver.maxaddr = static_cast<haddr_t>(INT64_MAX);
    driver.fc_degree = H5F_CLOSE_SEMI;  // an object left open is an error, not a file that stays open
    driver.fapl_size = sizeof(Memory*);
    driver.fapl_copy = copy_info;
    driver.fapl_free = free_info;
    driver.open = open;
    driver.close = close;
    driver.cmp = compare;
    driver.query = query;
    driver.get_eoa = get_end;
    driver.set_eoa = set_end;
    driver.get_eof = get_end;
    driver.read = read;
    driver.write = write;
    driver.flush = do_nothing;
    driver.truncate = do_nothing;
    const H5FD_mem_t one_list_each[] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(one_list_each), std::end(one_list_each), std::begin(driver.fl_map));
    return driver;
  }
};

FileImage::FileImage(const std::filesystem::path& path) : memory_(std::make_unique<Memory>()) {
  start_library();
  static const H5FD_class_t driver = MemoryDriver::description();
  const Hid driver_id(
      checked(Doing::writing, path, "prepare the file's structure", [] { return H5FDregister(&driver); }),
      H5FDunregister);
  const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  Memory* memory = memory_.get();
  checked(Doing::writing, path, "prepare the file's structure",
          [&] { return H5Pset_driver(access.get(), driver_id.get(), &memory); });
  constexpr hsize_t large = 64 << 10;
  H5Pset_alignment(access.get(), large, Memory::page_size);
  file_ = create_file(path, access);
}

FileImage::~FileImage() = default;

std::uint64_t FileImage::place_chunk(const Object& dataset, const std::vector<hsize_t>& offset, std::uint64_t size) {
  memory_->placing = true;
  memory_->placed = {};
  // HDF5 hands the bytes to the driver unread, so any address will do.
  const char nothing = 0;
  constexpr std::uint32_t all_filters_applied = 0;
  const SilentErrors silent;
  const herr_t done = H5Dwrite_chunk(dataset.id.get(), H5P_DEFAULT, all_filters_applied, offset.data(), size, &nothing);
  memory_->placing = false;
  if (done < 0 || memory_->placed.size != size) {
    throw_stack(Doing::writing, dataset.file, "place a chunk of " + dataset.name);
  }
  return memory_->placed.address;
}

void FileImage::close() {
  checked(Doing::writing, file_.file, "finish the file's structure", [&] { return file_.id.close(); });
}

std::uint64_t FileImage::size() const {
  return memory_->end;
}

std::vector<FileImage::Piece> FileImage::pieces() const {
  std::vector<Piece> pieces;
  for (const auto& [number, page] : memory_->pages) {
    const std::uint64_t base = number * Memory::page_size;
    for (std::size_t at = page.written.find('\1'); at != std::string::npos;) {
      const std::size_t end = std::min(page.written.find('\0', at), page.written.size());
      const bool adjacent = !pieces.empty() && pieces.back().address + pieces.back().bytes.size() == base + at;
      if (!adjacent) pieces.push_back({base + at, {}});
      pieces.back().bytes.append(page.bytes, at, end - at);
      at = page.written.find('\1', end);
    }
  }
  return pieces;
}

}  // namespace tarn::io::hdf5
