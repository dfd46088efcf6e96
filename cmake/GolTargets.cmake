# Functions that declare gol's library and test targets. See the top of CMakeLists.txt for how
# the include farms enforce the layer table.

# Flags that every target of gol is compiled with; third-party headers come in as system headers.
add_library(gol_flags INTERFACE)
target_compile_options(gol_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror=return-type
  -Wimplicit-fallthrough -fno-omit-frame-pointer -fno-strict-aliasing
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
if(GOL_SLOW_ASSERTS)
  target_compile_definitions(gol_flags INTERFACE GOL_SLOW_ASSERTS=1)
endif()

find_program(GOL_MOLD NAMES mold)
if(GOL_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
find_program(GOL_CCACHE NAMES ccache)
if(GOL_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${GOL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GOL_CCACHE})
endif()

if(GOL_SANITIZE_ADDRESS)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-sanitize=function,vptr,alignment
    # Locals on the real stack: the collector scans it.
    -fsanitize-address-use-after-return=never)
  add_link_options(-fsanitize=address,undefined)
endif()
if(GOL_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address)
  add_link_options(-fsanitize=address)
endif()
if(GOL_SANITIZE_THREAD)
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
endif()

# gol_publish(<target> <scope> <folder>...): makes the headers of the source folders visible,
# under their own paths, to <target> and to whatever links it. A folder that lies in one published
# before is visible already.
function(gol_publish target scope)
  set(farm ${CMAKE_BINARY_DIR}/inc/${target})
  set(published)
  foreach(folder ${ARGN})
    set(is_covered FALSE)
    foreach(outer ${published})
      string(FIND ${folder} ${outer}/ at)
      if(at EQUAL 0)
        set(is_covered TRUE)
      endif()
    endforeach()
    if(is_covered)
      continue()
    endif()
    list(APPEND published ${folder})
    get_filename_component(parent ${farm}/${folder} DIRECTORY)
    file(MAKE_DIRECTORY ${parent})
    if(EXISTS ${CMAKE_SOURCE_DIR}/${folder} AND NOT EXISTS ${farm}/${folder})
      file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${farm}/${folder} SYMBOLIC)
    endif()
  endforeach()
  target_include_directories(${target} ${scope} ${farm})
endfunction()

# gol_library(<target> FOLDERS <folder>... [LINK <target>...] [PRIVATE_LINK <target>...])
# Compiles every .cc and .S file that stands directly in the folders. LINK is visible to users of
# the library too, PRIVATE_LINK is not.
function(gol_library target)
  cmake_parse_arguments(ARG "" "" "FOLDERS;LINK;PRIVATE_LINK" ${ARGN})
  set(sources)
  foreach(folder ${ARG_FOLDERS})
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cc
         ${CMAKE_SOURCE_DIR}/${folder}/*.S)
    list(APPEND sources ${found})
  endforeach()
  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC ${ARG_LINK} PRIVATE gol_flags ${ARG_PRIVATE_LINK})
    gol_publish(${target} PUBLIC ${ARG_FOLDERS})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE ${ARG_LINK})
    gol_publish(${target} INTERFACE ${ARG_FOLDERS})
  endif()
endfunction()

# gol_test(<name> FOLDER <tests/folder> LINK <target>...): one GoogleTest binary per folder.
function(gol_test name)
  cmake_parse_arguments(ARG "" "FOLDER" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_FOLDER}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} gol_flags GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE GOL_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
endfunction()
