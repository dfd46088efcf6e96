// See perf.h. The formats are those of Linux' tools/perf/Documentation (jit-interface.txt, jitdump-specification.txt).
#include "perf.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>

namespace gol::cmd {
namespace {

using OnFunction = std::function<void(std::string_view, uint64_t, uint64_t)>;

OnFunction MapWriter(std::string* error) {
  const std::string path = "/tmp/perf-" + std::to_string(getpid()) + ".map";
  std::FILE* file = std::fopen(path.c_str(), "we");
  if (file == nullptr) {
    *error = "cannot write " + path;
    return {};
  }
  // Functions may be replaced while the program runs: each line is there at once. The file outlives the process.
  auto lock = std::make_shared<std::mutex>();
  return [file, lock](std::string_view name, uint64_t address, uint64_t bytes) {
    std::lock_guard<std::mutex> guard(*lock);
    std::fprintf(file, "%llx %llx %.*s\n", static_cast<unsigned long long>(address),
                 static_cast<unsigned long long>(bytes), static_cast<int>(name.size()), name.data());
    std::fflush(file);
  };
}

struct DumpHeader {
  uint32_t magic = 0x4a695444;
  uint32_t version = 1;
  uint32_t total_size = 40;
  uint32_t elf_mach = EM_X86_64;
  uint32_t pad = 0;
  uint32_t pid = 0;
  uint64_t timestamp = 0;
  uint64_t flags = 0;
};
static_assert(sizeof(DumpHeader) == 40);

struct CodeLoad {
  uint32_t id = 0;
  uint32_t total_size = 0;
  uint64_t timestamp = 0;
  uint32_t pid = 0;
  uint32_t tid = 0;
  uint64_t vma = 0;
  uint64_t code_addr = 0;
  uint64_t code_size = 0;
  uint64_t code_index = 0;
};
static_assert(sizeof(CodeLoad) == 56);

uint64_t Now() {
  timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  return static_cast<uint64_t>(ts.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(ts.tv_nsec);
}

OnFunction DumpWriter(std::string* error) {
  const std::string path = "jit-" + std::to_string(getpid()) + ".dump";
  const int fd = open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644);
  std::FILE* file = fd < 0 ? nullptr : fdopen(fd, "w");
  if (file == nullptr) {
    *error = "cannot write " + path;
    return {};
  }
  DumpHeader header;
  header.pid = static_cast<uint32_t>(getpid());
  header.timestamp = Now();
  std::fwrite(&header, sizeof header, 1, file);
  std::fflush(file);
  // perf learns of the file by seeing it mapped as code.
  mmap(nullptr, static_cast<size_t>(sysconf(_SC_PAGESIZE)), PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  auto lock = std::make_shared<std::mutex>();
  auto index = std::make_shared<uint64_t>(0);
  return [file, lock, index](std::string_view name, uint64_t address, uint64_t bytes) {
    std::lock_guard<std::mutex> guard(*lock);
    CodeLoad load;
    load.total_size = static_cast<uint32_t>(sizeof load + name.size() + 1 + bytes);
    load.timestamp = Now();
    load.pid = static_cast<uint32_t>(getpid());
    load.tid = static_cast<uint32_t>(syscall(SYS_gettid));
    load.vma = load.code_addr = address;
    load.code_size = bytes;
    load.code_index = (*index)++;
    std::fwrite(&load, sizeof load, 1, file);
    std::fwrite(name.data(), 1, name.size(), file);
    std::fputc(0, file);
    std::fwrite(reinterpret_cast<const void*>(address), 1, bytes, file);
    std::fflush(file);
  };
}

}  // namespace

OnFunction PerfWriter(const std::string& kind, std::string* error) {
  if (kind == "map") return MapWriter(error);
  if (kind == "dump") return DumpWriter(error);
  *error = "-perf takes map or dump, not " + kind;
  return {};
}

}  // namespace gol::cmd
