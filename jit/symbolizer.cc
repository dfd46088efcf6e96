// See symbolizer.h.
//
// The tables are parsed when the first address is asked for: a program that never prints a
// traceback does not pay. pc is a return address: the line is that of the call before it.
#include "jit/symbolizer.h"

#include "llvm/Object/ELFObjectFile.h"

#include "jit/replace.h"

namespace gol::jit {

namespace {

// More return addresses than this in the cache: it starts afresh.
constexpr size_t kMaxCached = 4096;

// entry: where the function begins in the object; its line stands for code without a line (the
// call of __morestack).
void FramesOf(llvm::DWARFContext& dwarf, llvm::object::SectionedAddress at,
              llvm::object::SectionedAddress entry, uint64_t entry_pc, std::string_view fallback,
              std::vector<Frame>* frames) {
  using Kind = llvm::DILineInfoSpecifier;
  llvm::DIInliningInfo info = dwarf.getInliningInfoForAddress(
      at, Kind(Kind::FileLineInfoKind::AbsoluteFilePath, Kind::FunctionNameKind::ShortName));
  for (uint32_t i = 0; i < info.getNumberOfFrames(); i++) {
    const llvm::DILineInfo& line = info.getFrame(i);
    Frame f;
    f.function = line.FunctionName != llvm::DILineInfo::BadString ? line.FunctionName
                                                                  : std::string(fallback);
    f.file = line.FileName != llvm::DILineInfo::BadString ? line.FileName : "?";
    if (f.function.ends_with(kWrapperSuffix)) {
      f.is_wrapper = true;
      f.function.resize(f.function.size() - std::string_view(kWrapperSuffix).size());
    }
    if (size_t at = f.file.find(kDirectivePrefix); at != std::string::npos) {
      f.is_exact_file = true;
      f.file = f.file.substr(at + std::string_view(kDirectivePrefix).size());
    }
    f.line = static_cast<int>(line.Line);
    if (f.line == 0) {
      const llvm::DILineInfo first = dwarf.getLineInfoForAddress(
          entry, Kind(Kind::FileLineInfoKind::AbsoluteFilePath, Kind::FunctionNameKind::None));
      f.line = static_cast<int>(first.Line);
    }
    f.entry_pc = entry_pc;
    frames->push_back(std::move(f));
  }
  if (frames->empty()) frames->push_back(Frame{std::string(fallback), "?", 0, entry_pc});
}

}  // namespace

llvm::object::ObjectFile* ObjectLines::File() {
  if (file_ == nullptr) {
    auto file = llvm::object::ObjectFile::createObjectFile(buffer_->getMemBufferRef());
    if (!file) {
      llvm::consumeError(file.takeError());
      return nullptr;
    }
    file_ = std::move(*file);
  }
  return file_.get();
}

void ObjectLines::Place(const std::unordered_map<std::string, uint64_t>& sections) {
  auto* elf = llvm::dyn_cast_or_null<llvm::object::ELFObjectFileBase>(File());
  if (elf == nullptr) return;
  for (const llvm::object::ELFSymbolRef symbol : elf->symbols()) {
    if (symbol.getELFType() != llvm::ELF::STT_FUNC) continue;
    auto name = symbol.getName();
    auto offset = symbol.getAddress();
    auto section = symbol.getSection();
    if (!name || !offset || !section || *section == elf->section_end()) {
      if (!name) llvm::consumeError(name.takeError());
      if (!offset) llvm::consumeError(offset.takeError());
      if (!section) llvm::consumeError(section.takeError());
      continue;
    }
    auto section_name = (*section)->getName();
    if (!section_name) {
      llvm::consumeError(section_name.takeError());
      continue;
    }
    auto it = sections.find(section_name->str());
    if (it == sections.end()) continue;
    functions_.push_back({it->second + *offset, symbol.getSize(), (*section)->getIndex(), *offset,
                          (name->ends_with(kReplacementSuffix)
                               ? name->drop_back(std::size(kReplacementSuffix) - 1)
                               : *name)
                              .str()});
  }
}

void ObjectLines::Lookup(const Function& f, uint64_t pc, std::vector<Frame>* frames) {
  if (dwarf_ == nullptr) {
    auto* file = File();
    if (file == nullptr) return;
    dwarf_ = llvm::DWARFContext::create(
        *file, llvm::DWARFContext::ProcessDebugRelocations::Process, nullptr, "",
        [](llvm::Error e) { llvm::consumeError(std::move(e)); },
        [](llvm::Error e) { llvm::consumeError(std::move(e)); });
  }
  FramesOf(*dwarf_, {f.offset + (pc - 1 - f.address), f.section}, {f.offset, f.section}, f.address,
           f.name, frames);
}

void Symbolizer::Add(std::unique_ptr<ObjectLines> object) {
  std::lock_guard<std::mutex> guard(lock_);
  for (size_t i = 0; i < object->functions().size(); i++) {
    by_address_[object->functions()[i].address] = {object.get(), i};
  }
  objects_.push_back(std::move(object));
}

bool Symbolizer::Symbolize(uint64_t pc, std::vector<Frame>* frames) {
  std::lock_guard<std::mutex> guard(lock_);
  if (auto it = cache_.find(pc); it != cache_.end()) {
    *frames = it->second;
    return true;
  }
  auto it = by_address_.lower_bound(pc);  // the function begins below the return address
  if (it == by_address_.begin()) return false;
  --it;
  const ObjectLines::Function& f = it->second.object->functions()[it->second.function];
  if (pc > f.address + f.bytes) return false;
  frames->clear();
  it->second.object->Lookup(f, pc, frames);
  if (cache_.size() >= kMaxCached) cache_.clear();
  cache_[pc] = *frames;
  return !frames->empty();
}

// ---- precompiled objects

namespace {

class ElfImageSymbolizer final : public ImageSymbolizer {
 public:
  ElfImageSymbolizer(std::unique_ptr<llvm::object::ObjectFile> file, uint64_t bias)
      : file_(std::move(file)), bias_(bias) {}

  bool Symbolize(uint64_t pc, std::vector<Frame>* frames) override {
    std::lock_guard<std::mutex> guard(lock_);
    if (auto it = cache_.find(pc); it != cache_.end()) {
      *frames = it->second;
      return !frames->empty();
    }
    if (!is_read_) Read();
    frames->clear();
    const uint64_t at = pc - bias_ - 1;
    auto it = functions_.upper_bound(at);
    if (it != functions_.begin()) {
      --it;
      if (at < it->first + it->second.bytes) {
        constexpr uint64_t kAny = llvm::object::SectionedAddress::UndefSection;
        FramesOf(*dwarf_, {at, kAny}, {it->first, kAny}, it->first + bias_, it->second.name,
                 frames);
      }
    }
    if (cache_.size() >= kMaxCached) cache_.clear();
    cache_[pc] = *frames;
    return !frames->empty();
  }

 private:
  struct Function {
    uint64_t bytes;
    std::string name;
  };

  void Read() {
    is_read_ = true;
    dwarf_ = llvm::DWARFContext::create(
        *file_, llvm::DWARFContext::ProcessDebugRelocations::Ignore, nullptr, "",
        [](llvm::Error e) { llvm::consumeError(std::move(e)); },
        [](llvm::Error e) { llvm::consumeError(std::move(e)); });
    auto* elf = llvm::dyn_cast<llvm::object::ELFObjectFileBase>(file_.get());
    if (elf == nullptr) return;
    for (const llvm::object::ELFSymbolRef symbol : elf->symbols()) {
      if (symbol.getELFType() != llvm::ELF::STT_FUNC || symbol.getSize() == 0) continue;
      auto name = symbol.getName();
      auto address = symbol.getAddress();
      if (name && address) functions_[*address] = {symbol.getSize(), name->str()};
      if (!name) llvm::consumeError(name.takeError());
      if (!address) llvm::consumeError(address.takeError());
    }
  }

  std::unique_ptr<llvm::object::ObjectFile> file_;
  const uint64_t bias_;
  std::mutex lock_;
  // Guarded by lock_.
  bool is_read_ = false;
  std::unique_ptr<llvm::DWARFContext> dwarf_;
  std::map<uint64_t, Function> functions_;
  std::unordered_map<uint64_t, std::vector<Frame>> cache_;
};

}  // namespace

std::unique_ptr<ImageSymbolizer> ImageSymbolizer::Create(std::string_view elf, uint64_t bias) {
  auto file = llvm::object::ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(llvm::StringRef(elf.data(), elf.size()), "image"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return nullptr;
  }
  return std::make_unique<ElfImageSymbolizer>(std::move(*file), bias);
}

}  // namespace gol::jit
