# Run as a script: cmake -DROOT=<stdlib> -DOUT=<file.S> -P StdSources.cmake
# Writes an assembly file that carries the text of every stdlib/**/*.gol, and the table
# gol_std_sources[] = {name, text, bytes} sorted by name, ending in a null row.
file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/*.gol)
list(SORT sources)
set(text ".section .rodata\n")
set(table "")
set(i 0)
foreach(source ${sources})
  string(APPEND text ".Lname${i}: .asciz \"${source}\"\n"
    ".Ltext${i}: .incbin \"${ROOT}/${source}\"\n.Lend${i}: .byte 0\n")
  string(APPEND table "  .quad .Lname${i}, .Ltext${i}, .Lend${i} - .Ltext${i}\n")
  math(EXPR i "${i} + 1")
endforeach()
string(APPEND text ".data\n.balign 8\n.globl gol_std_sources\ngol_std_sources:\n${table}"
  "  .quad 0, 0, 0\n.section .note.GNU-stack,\"\",@progbits\n")
set(old "")
if(EXISTS ${OUT})
  file(READ ${OUT} old)
endif()
# The stamp of the sources' contents: an .incbin is not seen by the build tool.
foreach(source ${sources})
  file(SHA256 ${ROOT}/${source} hash)
  string(APPEND text "// ${source} ${hash}\n")
endforeach()
if(NOT old STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
