certus_fuzz(bearer_token SOURCES bearer_token_fuzz.cc USES certus_identity LINK nlohmann_json::nlohmann_json OpenSSL::Crypto)
