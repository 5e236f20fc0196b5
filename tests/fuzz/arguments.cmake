certus_fuzz(arguments SOURCES arguments_fuzz.cc USES certus_schema)
