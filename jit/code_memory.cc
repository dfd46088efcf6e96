// See code_memory.h.
#include "jit/code_memory.h"

#include <sys/mman.h>

#include "base/bits.h"
#include "jit/jit.h"
#include "llvm/ExecutionEngine/JITLink/JITLink.h"

namespace gol::jit {

namespace {

constexpr size_t kPageBytes = 4096;
// Bytes of a region. Larger: fewer regions; smaller: finds room near the executable more easily.
constexpr size_t kRegionBytes = 64 << 20;
// How a region is shared out among code, read-only data and data. A region in which one of them is full is left with the
// rest unused: addresses only.
constexpr size_t kShares = 8;
constexpr size_t kShareOf[] = {4, 3, 1};
// Of data of different modules: a cache line each.
constexpr uint64_t kDataAlignment = 64;
// How far from the executable to look; leaves room below 2 GiB for both ends.
constexpr uint64_t kReach = uint64_t{1792} << 20;

char* MapAt(uint64_t address, size_t bytes) {
  void* p = mmap(reinterpret_cast<void*>(address), bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  if (reinterpret_cast<uint64_t>(p) != address) {  // a kernel without MAP_FIXED_NOREPLACE
    munmap(p, bytes);
    return nullptr;
  }
  return static_cast<char*>(p);
}

char* MapNear(size_t bytes) {
  const uint64_t here = AlignDown(reinterpret_cast<uint64_t>(&CodeSymbol), kRegionBytes);
  // Below first: the heap that brk grows lies above.
  for (uint64_t d = 2 * kRegionBytes; d < kReach; d += kRegionBytes) {
    if (here > d + kRegionBytes) {
      if (char* p = MapAt(here - d, bytes)) return p;
    }
  }
  for (uint64_t d = 2 * kRegionBytes; d + bytes < kReach; d += kRegionBytes) {
    if (char* p = MapAt(here + d, bytes)) return p;
  }
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return p == MAP_FAILED ? nullptr : static_cast<char*>(p);
}

int Protection(llvm::orc::MemProt p) {
  using llvm::orc::MemProt;
  auto has = [p](MemProt bit) {
    return (static_cast<unsigned>(p) & static_cast<unsigned>(bit)) != 0;
  };
  int out = PROT_NONE;
  if (has(MemProt::Read)) out |= PROT_READ;
  if (has(MemProt::Write)) out |= PROT_WRITE;
  if (has(MemProt::Exec)) out |= PROT_EXEC;
  return out;
}

}  // namespace

class CodeMemory::InFlight final : public InFlightAlloc {
 public:
  InFlight(CodeMemory* memory, llvm::jitlink::BasicLayout layout)
      : memory_(memory), layout_(std::move(layout)) {}

  void abandon(OnAbandonedFunction done) override {
    memory_->in_flight_--;
    done(llvm::Error::success());
  }

  void finalize(OnFinalizedFunction done) override {
    Code code{nullptr, 0};
    for (auto& [group, segment] : layout_.segments()) {
      const int protection = Protection(group.getMemProt());
      const size_t bytes = AlignUp(segment.ContentSize + segment.ZeroFillSize, kPageBytes);
      const Kind kind = KindOf(group.getMemProt());
      if (bytes == 0 || kind == kData || (kind == kReadOnly && memory_->packs_read_only_)) continue;
      if (kind == kCode) code = {segment.WorkingMem, bytes};
      if (mprotect(segment.WorkingMem, bytes, protection) != 0) {
        return done(llvm::createStringError("cannot protect code memory"));
      }
    }
    memory_->in_flight_--;
    if (!memory_->ProtectFullPages()) {
      return done(llvm::createStringError("cannot protect read-only data"));
    }
    done(FinalizedAlloc(llvm::orc::ExecutorAddr::fromPtr(new Code(code))));
  }

 private:
  CodeMemory* memory_;
  llvm::jitlink::BasicLayout layout_;
};

bool CodeMemory::ProtectFullPages() {
  if (!packs_read_only_ || in_flight_ != 0) return true;
  for (Region& r : regions_) {
    Area& area = r.areas[kReadOnly];
    char* to = reinterpret_cast<char*>(AlignDown(reinterpret_cast<uint64_t>(area.next), kPageBytes));
    if (to <= area.writable) continue;
    if (mprotect(area.writable, static_cast<size_t>(to - area.writable), PROT_READ) != 0) return false;
    area.writable = to;
  }
  return true;
}

CodeMemory::~CodeMemory() {
  for (Region& r : regions_) munmap(r.base, r.bytes);
}

CodeMemory::Kind CodeMemory::KindOf(llvm::orc::MemProt protection) {
  const int bits = Protection(protection);
  return (bits & PROT_EXEC) != 0 ? kCode : (bits & PROT_WRITE) != 0 ? kData : kReadOnly;
}

CodeMemory::Region* CodeMemory::RegionWith(const size_t (&bytes)[kKinds]) {
  for (Region& r : regions_) {
    bool fits = true;
    for (int k = 0; k < kKinds; k++) fits &= static_cast<size_t>(r.areas[k].end - r.areas[k].next) >= bytes[k];
    if (fits) return &r;
  }
  size_t size = kRegionBytes;
  auto fits = [&](int k) { return size / kShares * kShareOf[k] >= bytes[k]; };
  while (!fits(kCode) || !fits(kReadOnly) || !fits(kData)) size *= 2;
  char* base = MapNear(size);
  if (base == nullptr) return nullptr;
  Region region{base, size, {}};
  char* at = base;
  for (int k = 0; k < kKinds; k++) {
    region.areas[k] = {at, at + size / kShares * kShareOf[k], at};
    at = region.areas[k].end;
  }
  regions_.push_back(region);
  return &regions_.back();
}

void CodeMemory::allocate(const llvm::jitlink::JITLinkDylib*, llvm::jitlink::LinkGraph& graph,
                          OnAllocatedFunction on_allocated) {
  llvm::jitlink::BasicLayout layout(graph);
  // Protection goes by pages; what stays as it is, or is packed, needs none of its own.
  auto bytes_of = [this](const llvm::jitlink::BasicLayout::Segment& segment, Kind kind) {
    const bool has_pages = kind == kCode || (kind == kReadOnly && !packs_read_only_);
    const uint64_t unit = has_pages ? kPageBytes : std::max<uint64_t>(segment.Alignment.value(), kDataAlignment);
    return AlignUp(segment.ContentSize + segment.ZeroFillSize, unit);
  };
  size_t bytes[kKinds] = {};
  for (auto& [group, segment] : layout.segments()) {
    const Kind kind = KindOf(group.getMemProt());
    bytes[kind] += bytes_of(segment, kind) + (kind != kCode ? segment.Alignment.value() : 0);
  }
  Region* region = RegionWith(bytes);
  if (region == nullptr) return on_allocated(llvm::createStringError("no memory for code"));
  for (auto& [group, segment] : layout.segments()) {
    const Kind kind = KindOf(group.getMemProt());
    Area& area = region->areas[kind];
    auto* at = reinterpret_cast<char*>(
        AlignUp(reinterpret_cast<uint64_t>(area.next), std::max<uint64_t>(segment.Alignment.value(), kDataAlignment)));
    segment.Addr = llvm::orc::ExecutorAddr::fromPtr(at);
    segment.WorkingMem = at;
    area.next = at + bytes_of(segment, kind);
  }
  if (llvm::Error e = layout.apply()) return on_allocated(std::move(e));
  in_flight_++;
  on_allocated(std::make_unique<InFlight>(this, std::move(layout)));
}

void CodeMemory::deallocate(std::vector<FinalizedAlloc> allocs, OnDeallocatedFunction done) {
  for (FinalizedAlloc& a : allocs) {
    const std::unique_ptr<Code> code(a.release().toPtr<Code*>());
    // The mapping stays: a hole would split it.
    if (code->bytes != 0) madvise(code->begin, code->bytes, MADV_DONTNEED);
  }
  done(llvm::Error::success());
}

}  // namespace gol::jit
