// Giving memory back that only compiling needed: free memory of malloc, and the pages of the
// executable's code and constants, most of which are LLVM's. They count as resident memory of the
// process though they are clean copies of the file. A debugger's breakpoints are not: a process that
// is traced keeps its pages.
#include "release_memory.h"

#include <link.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

#include "host_malloc.h"

namespace gol::cmd {
namespace {

bool IsTraced() {
  std::FILE* status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) return true;
  char line[256];
  bool is_traced = false;
  while (std::fgets(line, sizeof line, status) != nullptr) {
    int tracer;
    if (std::sscanf(line, "TracerPid: %d", &tracer) == 1) is_traced = tracer != 0;
  }
  std::fclose(status);
  return is_traced;
}

}  // namespace

void ReleaseCompilerMemory() {
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer)
  ReturnFreeHostMemory();
  if (IsTraced()) return;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void*) {
        constexpr uintptr_t kPage = 4096;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr) & segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
          const uintptr_t start = (info->dlpi_addr + segment.p_vaddr + kPage - 1) & ~(kPage - 1);
          const uintptr_t end = (info->dlpi_addr + segment.p_vaddr + segment.p_memsz) & ~(kPage - 1);
          if (start < end) madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
        }
        return 1;  // the first one is the executable
      },
      nullptr);
#endif
}

}  // namespace gol::cmd
