# gol_late_llvm(<target> <LLVM library>...): lets LLVM's compiler libraries start when they are needed.
#
# Most of LLVM's archives have static constructors (of command line options, registries), several hundred
# in all. Run at process start they cost a process that only runs compiled code 13 MB of
# touched pages and a millisecond. So the archives with such constructors are copied with their
# .init_array sections renamed to gol_llvm_init; jit/late_init.cc runs what stands there before
# the compiler is used first. The libraries that only link code stay as they are.
set(GOL_LLVM_EARLY LLVMSupport LLVMDemangle LLVMTargetParser LLVMBinaryFormat LLVMObject LLVMMC
  LLVMOrcJIT LLVMOrcShared LLVMOrcTargetProcess LLVMJITLink LLVMOption)

find_program(GOL_OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy HINTS ${LLVM_TOOLS_BINARY_DIR})

function(gol_late_llvm target)
  if(NOT GOL_OBJCOPY)
    return()
  endif()
  set(wanted ${ARGN})
  set(seen)
  while(wanted)
    list(POP_FRONT wanted lib)
    if(lib IN_LIST seen OR NOT TARGET ${lib} OR NOT lib MATCHES "^LLVM")
      continue()
    endif()
    list(APPEND seen ${lib})
    get_target_property(links ${lib} INTERFACE_LINK_LIBRARIES)
    if(links)
      list(APPEND wanted ${links})
    endif()
    if(lib IN_LIST GOL_LLVM_EARLY)
      continue()
    endif()
    get_target_property(archive ${lib} LOCATION)
    get_filename_component(name ${archive} NAME)
    set(copy ${CMAKE_BINARY_DIR}/llvm/${name})
    if(NOT EXISTS ${copy} OR ${archive} IS_NEWER_THAN ${copy})
      file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/llvm)
      execute_process(COMMAND ${GOL_OBJCOPY}
        --rename-section .init_array=gol_llvm_init ${archive} ${copy}.tmp COMMAND_ERROR_IS_FATAL ANY)
      # 1: SHT_PROGBITS
      execute_process(COMMAND ${GOL_OBJCOPY} --set-section-type gol_llvm_init=1 ${copy}.tmp ${copy}
        COMMAND_ERROR_IS_FATAL ANY)
      file(REMOVE ${copy}.tmp)
    endif()
    foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_RELWITHDEBINFO IMPORTED_LOCATION_RELEASE)
      get_target_property(old ${lib} ${property})
      if(old)
        set_target_properties(${lib} PROPERTIES ${property} ${copy})
      endif()
    endforeach()
  endwhile()
endfunction()
