// See embed/elf_symbols.h.
#include "embed/elf_symbols.h"

#include <elf.h>

#include <cstring>

namespace gol::embed {

std::vector<std::string> DefinedSymbols(std::string_view object) {
  std::vector<std::string> names;
  Elf64_Ehdr header;
  if (object.size() < sizeof header) return names;
  std::memcpy(&header, object.data(), sizeof header);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return names;
  auto section = [&](size_t i) {
    Elf64_Shdr s{};
    uint64_t at = header.e_shoff + i * sizeof s;
    if (at + sizeof s <= object.size()) std::memcpy(&s, object.data() + at, sizeof s);
    return s;
  };
  // An object with very many sections keeps their number in the first one.
  size_t count = header.e_shnum != 0 ? header.e_shnum : section(0).sh_size;
  for (size_t i = 0; i < count; i++) {
    Elf64_Shdr table = section(i);
    if (table.sh_type != SHT_SYMTAB) continue;
    Elf64_Shdr strings = section(table.sh_link);
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      std::memcpy(&symbol, object.data() + table.sh_offset + at, sizeof symbol);
      unsigned bind = ELF64_ST_BIND(symbol.st_info);
      if (symbol.st_shndx == SHN_UNDEF || (bind != STB_GLOBAL && bind != STB_WEAK)) continue;
      names.emplace_back(object.data() + strings.sh_offset + symbol.st_name);
    }
  }
  return names;
}

}  // namespace gol::embed
