// The interface that GDB and LLDB have for compilers in processes: a list of object files in memory, and a function
// that is called whenever it changes, where the debugger has a breakpoint.
//
// An object as code generation made it knows no addresses. In the copy for the debugger the headers of its sections
// get those that linking chose; the debugger applies the relocations of the debug information by itself.
#include "jit/debugger_registration.h"

#include <elf.h>

#include <cstring>
#include <mutex>

// Names, layouts and values are the debuggers'.
extern "C" {

struct jit_code_entry {
  jit_code_entry* next_entry;
  jit_code_entry* prev_entry;
  const char* symfile_addr;
  uint64_t symfile_size;
};

struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag;  // 1: registered
  jit_code_entry* relevant_entry;
  jit_code_entry* first_entry;
};

[[gnu::used]] jit_descriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};

[[gnu::noinline, gnu::used]] void __jit_debug_register_code() {
  // Kept as a call with this much of an effect.
  asm volatile("" ::: "memory");
}

}  // extern "C"

namespace gol::jit {
namespace {

// Takes the rules of epilogues out of a .debug_frame section. All frames have a frame pointer, so that the rule from the
// prologue on is right up to the return; but those of an epilogue in the middle of a function would hold for what
// stands behind it too.
void DropEpilogueRules(uint8_t* at, const uint8_t* end) {
  while (at + 4 <= end) {
    uint32_t length, cie;
    std::memcpy(&length, at, 4);
    uint8_t* next = at + 4 + length;
    if (length == 0xffffffff || length < 20 || next > end) return;
    std::memcpy(&cie, at + 4, 4);
    uint8_t* p = at + 8 + 16;  // behind the function's address and length
    at = next;
    if (cie == 0xffffffff) continue;  // what all have in common
    auto skip_number = [&] {
      while (p < next && *p >= 0x80) ++p;
      ++p;
    };
    while (p < next) {
      const uint8_t op = *p;
      if (op == 0x0c && p + 2 < next && p[1] == 7) {  // the frame is where the stack pointer says
        p[0] = p[1] = p[2] = 0;                       // nothing to be done
        p += 3;
        continue;
      }
      ++p;
      if (op >= 0x80 && op < 0xc0) skip_number();           // a register's place
      else if (op == 0x02) p += 1;                          // further on in the code
      else if (op == 0x03) p += 2;
      else if (op == 0x04) p += 4;
      else if (op == 0x0d || op == 0x0e) skip_number();     // the frame's register, offset
      else if (op == 0x0c) skip_number(), skip_number();
      else if (op != 0 && (op & 0xc0) != 0x40) break;       // nothing that is expected
    }
  }
}

}  // namespace

void RegisterWithDebugger(std::string_view object,
                          const std::unordered_map<std::string, uint64_t>& sections) {
  static std::mutex lock;
  Elf64_Ehdr header;
  if (object.size() < sizeof header) return;
  char* copy = new char[object.size()];
  std::memcpy(copy, object.data(), object.size());
  std::memcpy(&header, copy, sizeof header);
  const uint64_t table = header.e_shoff, count = header.e_shnum;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shstrndx >= count ||
      table + count * sizeof(Elf64_Shdr) > object.size()) {
    delete[] copy;
    return;
  }
  auto* rows = reinterpret_cast<Elf64_Shdr*>(copy + table);
  const char* names = copy + rows[header.e_shstrndx].sh_offset;
  for (uint64_t i = 0; i < count; ++i) {
    if (std::strcmp(names + rows[i].sh_name, ".debug_frame") == 0 &&
        rows[i].sh_offset + rows[i].sh_size <= object.size()) {
      auto* frames = reinterpret_cast<uint8_t*>(copy + rows[i].sh_offset);
      DropEpilogueRules(frames, frames + rows[i].sh_size);
    }
    if ((rows[i].sh_flags & SHF_ALLOC) == 0) continue;
    if (auto at = sections.find(names + rows[i].sh_name); at != sections.end()) {
      rows[i].sh_addr = at->second;
    }
  }
  auto* entry = new jit_code_entry{nullptr, nullptr, copy, object.size()};
  std::lock_guard<std::mutex> guard(lock);
  entry->next_entry = __jit_debug_descriptor.first_entry;
  if (entry->next_entry != nullptr) entry->next_entry->prev_entry = entry;
  __jit_debug_descriptor.first_entry = entry;
  __jit_debug_descriptor.relevant_entry = entry;
  __jit_debug_descriptor.action_flag = 1;
  __jit_debug_register_code();
}

}  // namespace gol::jit
