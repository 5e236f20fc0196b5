certus_fuzz(jsonrpc SOURCES jsonrpc_fuzz.cc jsonrpc_catalog.cc USES certus_mcp certus_stages certus_tools LINK nlohmann_json::nlohmann_json)
