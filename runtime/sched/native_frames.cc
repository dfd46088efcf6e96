// Reads .eh_frame, the unwind tables that every C++ function has, for one question only: in which
// words of its frame a function keeps its caller's callee-saved registers. Without the answer a
// C++ frame would keep alive whatever compiled code happened to leave in its registers.
//
// Sources: the Linux Standard Base's chapter on .eh_frame and .eh_frame_hdr; DWARF 4, section 6.4.
//
// Answers depend on the program counter alone. They are kept in a table that all threads share
// without locks: an entry's two words are stored and read separately, and belong together when
// their exclusive or is the program counter.
#include "runtime/sched/native_frames.h"

#include <link.h>

#include <atomic>
#include <cstring>
#include <vector>

namespace gol::rt {
namespace {

// An image of this process and its .eh_frame_hdr.
struct Image {
  uint64_t lo, hi;
  const uint8_t* header;
};

// Images loaded later are not known: their frames are read whole.
const std::vector<Image>& Images() {
  static const std::vector<Image> images = [] {
    std::vector<Image> list;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* out) {
          Image image{UINT64_MAX, 0, nullptr};
          for (int i = 0; i < info->dlpi_phnum; i++) {
            const auto& p = info->dlpi_phdr[i];
            const uint64_t at = info->dlpi_addr + p.p_vaddr;
            if (p.p_type == PT_LOAD && (p.p_flags & PF_X) != 0) {
              if (at < image.lo) image.lo = at;
              if (at + p.p_memsz > image.hi) image.hi = at + p.p_memsz;
            } else if (p.p_type == PT_GNU_EH_FRAME) {
              image.header = reinterpret_cast<const uint8_t*>(at);
            }
          }
          if (image.header != nullptr && image.hi != 0) {
            static_cast<std::vector<Image>*>(out)->push_back(image);
          }
          return 0;
        },
        &list);
    return list;
  }();
  return images;
}

template <typename T>
T Read(const uint8_t* p) {
  T v;
  std::memcpy(&v, p, sizeof(v));
  return v;
}

uint64_t Uleb(const uint8_t** p) {
  uint64_t v = 0;
  for (int shift = 0;; shift += 7) {
    const uint8_t b = *(*p)++;
    if (shift < 64) v |= uint64_t{b & 0x7fu} << shift;
    if ((b & 0x80) == 0) return v;
  }
}

int64_t Sleb(const uint8_t** p) {
  uint64_t v = 0;
  for (int shift = 0;;) {
    const uint8_t b = *(*p)++;
    if (shift < 64) v |= uint64_t{b & 0x7fu} << shift;
    shift += 7;
    if ((b & 0x80) == 0) {
      if (shift < 64 && (b & 0x40) != 0) v |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(v);
    }
  }
}

// How addresses are written (DW_EH_PE_*).
constexpr uint8_t kPcRelative4 = 0x1b;
constexpr uint8_t kUnsigned4 = 0x03;
constexpr uint8_t kHeaderRelative4 = 0x3b;

// The record for pc, by binary search in the header's table; null: none.
const uint8_t* FindRecord(const Image& image, uint64_t pc) {
  const uint8_t* h = image.header;
  if (h[0] != 1 || h[1] != kPcRelative4 || h[2] != kUnsigned4 || h[3] != kHeaderRelative4) {
    return nullptr;
  }
  const auto base = reinterpret_cast<uint64_t>(h);
  const uint8_t* table = h + 12;
  auto start_of = [&](uint32_t i) {
    return base + static_cast<uint64_t>(int64_t{Read<int32_t>(table + uint64_t{i} * 8)});
  };
  uint32_t lo = 0, hi = Read<uint32_t>(h + 8);  // the first whose start is above pc
  while (lo < hi) {
    const uint32_t mid = lo + (hi - lo) / 2;
    if (start_of(mid) <= pc) lo = mid + 1;
    else hi = mid;
  }
  if (lo == 0) return nullptr;
  const int64_t delta = Read<int32_t>(table + uint64_t{lo - 1} * 8 + 4);
  return reinterpret_cast<const uint8_t*>(base + static_cast<uint64_t>(delta));
}

// The row of the table that is in force at an address.
struct Row {
  uint64_t cfa_register = 0;
  int64_t cfa_offset = 0;
  bool is_known = true;  // false: by an expression
  int64_t at[16] = {};   // offset from the call frame address, 0: not saved
};

constexpr uint64_t kRbp = 6;

// Runs instructions until the row for pc is complete. False: an instruction that is not known.
bool Execute(const uint8_t* p, const uint8_t* end, uint64_t loc, uint64_t pc, uint64_t code_align,
             int64_t data_align, const Row& initial, Row* row) {
  Row kept[4];
  int num_kept = 0;
  auto set = [&](uint64_t reg, int64_t offset) {
    if (reg < 16) row->at[reg] = offset;
  };
  while (p < end) {
    const uint8_t op = *p++;
    switch (op & 0xc0) {
      case 0x40:
        loc += (op & 0x3fu) * code_align;
        if (loc > pc) return true;
        continue;
      case 0x80:
        set(op & 0x3fu, static_cast<int64_t>(Uleb(&p)) * data_align);
        continue;
      case 0xc0:
        set(op & 0x3fu, (op & 0x3f) < 16 ? initial.at[op & 0x3f] : 0);
        continue;
    }
    switch (op) {
      case 0x00: break;
      case 0x02: loc += Read<uint8_t>(p) * code_align; p += 1; break;
      case 0x03: loc += Read<uint16_t>(p) * code_align; p += 2; break;
      case 0x04: loc += Read<uint32_t>(p) * code_align; p += 4; break;
      case 0x05: {
        const uint64_t reg = Uleb(&p);
        set(reg, static_cast<int64_t>(Uleb(&p)) * data_align);
        break;
      }
      case 0x06: case 0x07: case 0x08: {
        const uint64_t reg = Uleb(&p);
        set(reg, op == 0x06 && reg < 16 ? initial.at[reg] : 0);
        break;
      }
      case 0x0a:
        if (num_kept == 4) return false;
        kept[num_kept++] = *row;
        break;
      case 0x0b:
        if (num_kept == 0) return false;
        *row = kept[--num_kept];
        break;
      case 0x0c:
        row->cfa_register = Uleb(&p);
        row->cfa_offset = static_cast<int64_t>(Uleb(&p));
        row->is_known = true;
        break;
      case 0x0d: row->cfa_register = Uleb(&p); break;
      case 0x0e: row->cfa_offset = static_cast<int64_t>(Uleb(&p)); break;
      case 0x0f: {
        const uint64_t bytes = Uleb(&p);
        p += bytes;
        row->is_known = false;
        break;
      }
      case 0x11: {
        const uint64_t reg = Uleb(&p);
        set(reg, Sleb(&p) * data_align);
        break;
      }
      case 0x12:
        row->cfa_register = Uleb(&p);
        row->cfa_offset = Sleb(&p) * data_align;
        row->is_known = true;
        break;
      case 0x13: row->cfa_offset = Sleb(&p) * data_align; break;
      case 0x2e: Uleb(&p); break;  // size of arguments
      default: return false;
    }
    if (op >= 0x02 && op <= 0x04 && loc > pc) return true;
  }
  return true;
}

bool ReadSavedRegisters(const Image& image, uint64_t pc, SavedRegisters* saved) {
  const uint8_t* record = FindRecord(image, pc);
  if (record == nullptr) return false;
  const uint32_t bytes = Read<uint32_t>(record);
  if (bytes == 0 || bytes == 0xffffffff) return false;
  const uint8_t* end = record + 4 + bytes;
  const uint8_t* p = record + 4;
  const uint8_t* common = p - Read<uint32_t>(p);
  p += 4;

  // The part that records share.
  const uint32_t common_bytes = Read<uint32_t>(common);
  const uint8_t* common_end = common + 4 + common_bytes;
  const uint8_t* c = common + 8;
  const uint8_t version = *c++;
  const char* augmentation = reinterpret_cast<const char*>(c);
  c += std::strlen(augmentation) + 1;
  const uint64_t code_align = Uleb(&c);
  const int64_t data_align = Sleb(&c);
  if (version == 1) c++;
  else Uleb(&c);
  if (augmentation[0] != 'z') return false;
  const uint64_t augmentation_bytes = Uleb(&c);
  const uint8_t* a = c;
  c += augmentation_bytes;
  uint8_t encoding = 0;
  for (const char* letter = augmentation + 1; *letter != 0; letter++) {
    if (*letter == 'R') {
      encoding = *a++;
    } else if (*letter == 'L') {
      a++;
    } else if (*letter == 'P') {
      const uint8_t pointer = *a++;
      a += (pointer & 0x0f) == 0x0b || (pointer & 0x0f) == 0x03 ? 4 : 8;
    } else if (*letter != 'S') {
      return false;
    }
  }
  if (encoding != kPcRelative4) return false;

  const uint64_t start =
      reinterpret_cast<uint64_t>(p) + static_cast<uint64_t>(int64_t{Read<int32_t>(p)});
  const uint32_t range = Read<uint32_t>(p + 4);
  p += 8;
  if (pc - start >= range) return false;
  const uint64_t skip = Uleb(&p);
  p += skip;

  Row initial;
  Row row;
  if (!Execute(c, common_end, 0, UINT64_MAX, code_align, data_align, initial, &row)) return false;
  initial = row;
  if (!Execute(p, end, start, pc, code_align, data_align, initial, &row)) return false;
  if (!row.is_known || row.cfa_register != kRbp || row.cfa_offset != 16) return false;
  for (int i = 0; i < 5; i++) {
    const int64_t at = row.at[SavedRegisters::kRegisters[i]];
    if (at == 0) continue;
    const int64_t below = -(at + 16);
    if (below <= 0 || below % 8 != 0 || below / 8 > 255) return false;
    saved->words_below_fp[i] = static_cast<uint8_t>(below / 8);
  }
  return true;
}

// Answers, in one word: five bytes, and 1 above them where the answer is known.
constexpr uint64_t kKnown = uint64_t{1} << 40;
constexpr uint64_t kUnknown = uint64_t{2} << 40;
constexpr size_t kTableEntries = 2048;
struct Entry {
  std::atomic<uint64_t> mixed{0};  // answer ^ pc
  std::atomic<uint64_t> answer{0};
};
Entry table[kTableEntries];

}  // namespace

bool FindSavedRegisters(uint64_t pc, SavedRegisters* saved) {
  Entry& entry = table[(pc * 0x9e3779b97f4a7c15u) >> 53];
  uint64_t answer = entry.answer.load(std::memory_order_relaxed);
  if (entry.mixed.load(std::memory_order_relaxed) != (answer ^ pc) || answer == 0) {
    *saved = {};
    answer = kUnknown;
    for (const Image& image : Images()) {
      // The row of the call itself: it ends one byte before the return address.
      if (pc - 1 < image.lo || pc - 1 >= image.hi) continue;
      if (ReadSavedRegisters(image, pc - 1, saved)) {
        answer = kKnown;
        for (int i = 0; i < 5; i++) answer |= uint64_t{saved->words_below_fp[i]} << (8 * i);
      }
      break;
    }
    entry.answer.store(answer, std::memory_order_relaxed);
    entry.mixed.store(answer ^ pc, std::memory_order_relaxed);
  }
  if ((answer & kKnown) == 0) return false;
  for (int i = 0; i < 5; i++) saved->words_below_fp[i] = static_cast<uint8_t>(answer >> (8 * i));
  return true;
}

}  // namespace gol::rt
