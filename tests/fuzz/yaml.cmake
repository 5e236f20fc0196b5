certus_fuzz(yaml SOURCES yaml_fuzz.cc USES certus_config)
