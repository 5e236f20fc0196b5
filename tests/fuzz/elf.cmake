certus_fuzz(elf SOURCES elf_fuzz.cc USES certus_modules)
