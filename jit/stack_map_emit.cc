// Writes stack maps. LLVM notes for each call with a "deopt" bundle where code generation put the
// operands; a printer for a collector of our own name turns that into the records of
// runtime/abi/stack_map.h, without LLVM's .llvm_stackmaps, which is six times as large and would
// have to be parsed. What a record says of the frame as a whole (saved registers, variables) is taken
// down by a pass that sees each function just before it is printed.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "jit/stack_maps.h"
#include "runtime/abi/stack_map.h"

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-parameter"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/CodeGen/AsmPrinter.h"
#include "llvm/CodeGen/GCMetadataPrinter.h"
#include "llvm/CodeGen/MachineBasicBlock.h"
#include "llvm/CodeGen/MachineFrameInfo.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/StackMaps.h"
#include "llvm/CodeGen/TargetFrameLowering.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/IR/GCStrategy.h"
#include "llvm/IR/Instructions.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCSectionELF.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/Support/CommandLine.h"
#pragma clang diagnostic pop

namespace gol::jit {

using rt::StackMapKind;
using rt::StackMapPlace;

namespace {

constexpr unsigned kDwarfRbp = 6;
constexpr unsigned kDwarfRsp = 7;

struct FrameRecord {
  std::vector<uint32_t> saved;
  std::vector<rt::StackMapObject> objects;
  // Of the objects: base register and offset in the form in which notes name them.
  std::vector<std::pair<unsigned, int32_t>> note_places;
};
using FrameRecords = std::unordered_map<const llvm::Function*, FrameRecord>;

// What the pass took down, for the printer of the same run. LLVM makes printers from a registry
// of the process, without an argument.
thread_local FrameRecords* current_records __attribute__((tls_model("initial-exec"))) = nullptr;

uint32_t Place(StackMapKind kind, unsigned dwarf_base, uint32_t count, int64_t offset) {
  GOL_CHECK(dwarf_base == kDwarfRbp || dwarf_base == kDwarfRsp);
  GOL_CHECK(offset % 8 == 0 && offset / 8 <= StackMapPlace::kMaxOffset &&
            -(offset / 8) <= StackMapPlace::kMaxOffset);
  GOL_CHECK(count <= StackMapPlace::kMaxCount);
  return StackMapPlace{kind, dwarf_base == kDwarfRsp, count, static_cast<int32_t>(offset / 8)}
      .Encode();
}

class FramePass final : public llvm::MachineFunctionPass {
 public:
  static char id;
  FramePass() : MachineFunctionPass(id) {}

  bool doInitialization(llvm::Module&) override {
    records_.clear();
    current_records = &records_;
    return false;
  }

  bool runOnMachineFunction(llvm::MachineFunction& mf) override {
    if (!mf.getFunction().hasGC()) return false;
    bool changed = mf.getFrameInfo().hasStackMap() && MoveNotes(mf);
    if (!mf.getTarget().Options.ForceDwarfFrameSection) changed |= RemoveFrameNotes(mf);
    FrameRecord& record = records_[&mf.getFunction()];
    const llvm::MachineFrameInfo& mfi = mf.getFrameInfo();
    const llvm::TargetFrameLowering* lowering = mf.getSubtarget().getFrameLowering();
    const llvm::TargetRegisterInfo* registers = mf.getSubtarget().getRegisterInfo();
    for (const llvm::CalleeSavedInfo& info : mfi.getCalleeSavedInfo()) {
      if (info.isSpilledToReg()) continue;
      const int number = registers->getDwarfRegNum(info.getReg(), false);
      if (number < 0 || number > 15) continue;
      llvm::Register base;
      const int64_t offset =
          lowering->getFrameIndexReference(mf, info.getFrameIdx(), base).getFixed();
      record.saved.push_back(Place(StackMapKind::kSlot, Dwarf(*registers, base),
                                   static_cast<uint32_t>(number), offset));
    }
    // Optimising code generation lets variables share a place, whatever they hold.
    const bool shares_places = mf.getTarget().getOptLevel() != llvm::CodeGenOptLevel::None;
    const unsigned no_pointers =
        mf.getFunction().getContext().getMDKindID(kNoPointersMetadata);
    for (int i = mfi.getObjectIndexBegin(); i < mfi.getObjectIndexEnd(); i++) {
      if (mfi.isDeadObjectIndex(i) || mfi.getObjectSize(i) < 8 || mfi.getObjectAlign(i) < 8) continue;
      if (i < 0) {
        // The variable of a parameter may stay where the caller put it.
        if (mfi.isImmutableObjectIndex(i) || mfi.isSpillSlotObjectIndex(i)) continue;
      } else {
        const llvm::AllocaInst* variable = mfi.getObjectAllocation(i);
        if (variable == nullptr || (!shares_places && variable->hasMetadata(no_pointers))) continue;
      }
      llvm::Register base;
      // The form in which operands of statepoints are given.
      const int64_t offset =
          lowering->getFrameIndexReferencePreferSP(mf, i, base, /*IgnoreSPUpdates=*/false)
              .getFixed();
      record.objects.push_back({Place(StackMapKind::kSlot, Dwarf(*registers, base), 0, offset),
                                static_cast<uint32_t>(mfi.getObjectSize(i))});
      llvm::Register note_base;
      const int64_t note_offset = lowering->getFrameIndexReference(mf, i, note_base).getFixed();
      record.note_places.push_back({Dwarf(*registers, note_base), static_cast<int32_t>(note_offset)});
    }
    return changed;
  }

  void getAnalysisUsage(llvm::AnalysisUsage& usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }

 private:
  // Moves each note to the call before it: past what takes the results out of registers.
  static bool MoveNotes(llvm::MachineFunction& mf) {
    for (llvm::MachineBasicBlock& block : mf) {
      llvm::MachineInstr* call = nullptr;
      for (auto it = block.begin(); it != block.end();) {
        llvm::MachineInstr& at = *it++;
        if (at.getOpcode() == llvm::TargetOpcode::STACKMAP) {
          GOL_CHECK(call != nullptr);
          block.splice(std::next(call->getIterator()), &block, at.getIterator());
        } else if (at.isCall()) {
          call = &at;
        }
      }
    }
    return true;
  }

  // Removes what would become .debug_frame, which LLVM writes wherever there are line tables: each
  // change of the frame costs a label and an expression, and only debuggers read them.
  static bool RemoveFrameNotes(llvm::MachineFunction& mf) {
    bool changed = false;
    for (llvm::MachineBasicBlock& block : mf) {
      for (auto it = block.begin(); it != block.end();) {
        llvm::MachineInstr& at = *it++;
        if (!at.isCFIInstruction()) continue;
        at.eraseFromParent();
        changed = true;
      }
    }
    return changed;
  }

  static unsigned Dwarf(const llvm::TargetRegisterInfo& registers, llvm::Register reg) {
    return static_cast<unsigned>(registers.getDwarfRegNum(reg, false));
  }
  FrameRecords records_;
};
char FramePass::id = 0;

class GolStrategy final : public llvm::GCStrategy {
 public:
  GolStrategy() {
    UseStatepoints = true;
    UsesMetadata = true;
  }
  // Nothing is relocated: no pointer needs what LLVM does for a moving collector.
  std::optional<bool> isGCManagedPointer(const llvm::Type*) const override { return false; }
};

class StackMapPrinter final : public llvm::GCMetadataPrinter {
 public:
  bool emitStackMaps(llvm::StackMaps& maps, llvm::AsmPrinter& printer) override {
    if (current_records == nullptr) return true;
    std::unordered_map<const llvm::MCSymbol*, const llvm::Function*> functions;
    for (const auto& [f, record] : *current_records) functions[printer.getSymbol(f)] = f;
    printer.OutStreamer->pushSection();
    auto site = maps.getCSInfos().begin();
    for (const auto& [symbol, info] : maps.getFnInfos()) {
      const llvm::Function* f = functions.at(symbol);
      EmitFunction(printer, symbol, *f, current_records->at(f), &*site, info.RecordCount);
      site += static_cast<ptrdiff_t>(info.RecordCount);
    }
    printer.OutStreamer->popSection();
    return true;
  }

 private:
  static void EmitFunction(llvm::AsmPrinter& printer, const llvm::MCSymbol* symbol,
                           const llvm::Function& f, const FrameRecord& frame,
                           const llvm::StackMaps::CallsiteInfo* sites, uint64_t num_sites) {
    using llvm::ELF::SHF_ALLOC;
    using llvm::ELF::SHF_GROUP;
    llvm::MCContext& context = printer.OutContext;
    llvm::MCStreamer& out = *printer.OutStreamer;
    // A function that several objects may hold takes its map along when the linker drops it.
    const llvm::Comdat* comdat = f.getComdat();
    out.switchSection(
        comdat == nullptr
            ? context.getELFSection(rt::kStackMapSection, llvm::ELF::SHT_PROGBITS, SHF_ALLOC)
            : context.getELFSection(rt::kStackMapSection, llvm::ELF::SHT_PROGBITS,
                                    SHF_ALLOC | SHF_GROUP, 0, comdat->getName(), true));
    out.emitValueToAlignment(llvm::Align(4));

    std::map<std::pair<unsigned, int32_t>, uint32_t> object_at;
    for (uint32_t i = 0; i < frame.objects.size(); i++) {
      const StackMapPlace p = StackMapPlace::Decode(frame.objects[i].place);
      object_at[{p.from_sp ? kDwarfRsp : kDwarfRbp, p.offset * 8}] = i;
      object_at[frame.note_places[i]] = i;
    }
    const auto head_words = static_cast<uint32_t>(
        sizeof(rt::FuncStackMap) / 4 + frame.saved.size() + frame.objects.size() * 2 +
        num_sites * 2);
    std::vector<uint32_t> lists;
    std::vector<uint32_t> list_of(num_sites);
    std::map<std::vector<uint32_t>, uint32_t> known;
    std::vector<uint32_t> places;
    for (uint64_t i = 0; i < num_sites; i++) {
      places.clear();
      // Of a statepoint, the first three say how the call was made and how many operands there are.
      const auto& locations = sites[i].Locations;
      // Notes have the operands alone.
      const bool is_note = sites[i].ID == kNoteId;
      const size_t first = is_note ? 0 : 3;
      const size_t end =
          is_note ? locations.size() : first + static_cast<size_t>(locations[2].Offset);
      for (size_t j = first; j < end; j++) AddPlaces(locations[j], object_at, &places);
      std::sort(places.begin(), places.end());
      places.erase(std::unique(places.begin(), places.end()), places.end());
      auto [it, is_new] = known.try_emplace(places, static_cast<uint32_t>(lists.size()));
      if (is_new) {
        lists.push_back(static_cast<uint32_t>(places.size()));
        lists.insert(lists.end(), places.begin(), places.end());
      }
      list_of[i] = head_words + it->second;
    }

    out.emitInt32(head_words + lists.size());
    llvm::MCSymbol* here = context.createTempSymbol();
    out.emitLabel(here);
    out.emitValue(llvm::MCBinaryExpr::createSub(llvm::MCSymbolRefExpr::create(symbol, context),
                                                llvm::MCSymbolRefExpr::create(here, context),
                                                context),
                  4);
    out.emitInt32(num_sites);
    out.emitInt16(frame.saved.size());
    out.emitInt16(frame.objects.size());
    for (uint32_t w : frame.saved) out.emitInt32(w);
    for (const rt::StackMapObject& o : frame.objects) {
      out.emitInt32(o.place);
      out.emitInt32(o.bytes);
    }
    for (uint64_t i = 0; i < num_sites; i++) {
      out.emitValue(sites[i].CSOffsetExpr, 4);
      out.emitInt32(list_of[i]);
    }
    for (uint32_t w : lists) out.emitInt32(w);
  }

  static void AddPlaces(const llvm::StackMaps::Location& at,
                        const std::map<std::pair<unsigned, int32_t>, uint32_t>& object_at,
                        std::vector<uint32_t>* places) {
    using Location = llvm::StackMaps::Location;
    switch (at.Type) {
      case Location::Register:
        GOL_CHECK(at.Reg < 16);
        places->push_back(StackMapPlace{StackMapKind::kRegister, false, at.Reg, 0}.Encode());
        break;
      case Location::Indirect:
        places->push_back(
            Place(StackMapKind::kSlot, at.Reg, (at.Size + 7u) / 8, at.Offset));
        break;
      case Location::Direct: {
        auto it = object_at.find({at.Reg, at.Offset});
        GOL_CHECK(it != object_at.end());
        places->push_back(
            StackMapPlace{StackMapKind::kObject, false, 0, static_cast<int32_t>(it->second)}
                .Encode());
        break;
      }
      case Location::Constant:
      case Location::ConstantIndex:
        break;
      case Location::Unprocessed:
        GOL_UNREACHABLE("operand of a statepoint");
    }
  }
};

llvm::GCRegistry::Add<GolStrategy> strategy("gol", "references of compiled Go code");
llvm::GCMetadataPrinterRegistry::Add<StackMapPrinter> printer("gol", "gol's stack maps");

}  // namespace

void InitStackMaps() {
  auto& options = llvm::cl::getRegisteredOptions();
  // The second: pushing arguments would move the stack pointer, from which variables are counted.
  for (const char* name : {"use-registers-for-deopt-values", "no-x86-call-frame-opt"}) {
    auto it = options.find(name);
    GOL_CHECK(it != options.end());
    static_cast<llvm::cl::opt<bool>*>(it->second)->setValue(true);
  }
}

bool AddCodegenPasses(llvm::TargetMachine& machine, llvm::legacy::PassManager& passes,
                      llvm::raw_pwrite_stream& out, llvm::CodeGenFileType type, bool verify) {
  // As LLVMTargetMachine::addPassesToEmitFile does, with our pass before the printer, and without
  // passes that cost more than they give here: the tracking of variables' places (there is no
  // debug information on variables), and scheduling after registers were assigned (the processor
  // does it again).
  auto& target = static_cast<llvm::LLVMTargetMachine&>(machine);
  auto* module_info = new llvm::MachineModuleInfoWrapperPass(&target);
  llvm::TargetPassConfig* config = target.createPassConfig(passes);
  config->setDisableVerify(!verify);
  config->disablePass(&llvm::LiveDebugValuesID);
  config->disablePass(&llvm::PostRASchedulerID);
  passes.add(config);
  passes.add(module_info);
  if (target.getOptLevel() == llvm::CodeGenOptLevel::None && !verify) {
    target.setFastISel(true);
    if (!AddQuickPasses(*config, passes)) return false;
  } else {
    if (config->addISelPasses()) return false;
    config->addMachinePasses();
  }
  config->setInitialized();
  passes.add(new FramePass);
  if (target.addAsmPrinter(passes, out, nullptr, type, module_info->getMMI().getContext())) {
    return false;
  }
  passes.add(llvm::createFreeMachineFunctionPass());
  return true;
}

}  // namespace gol::jit
