certus_fuzz(http_request SOURCES http_request_fuzz.cc USES certus_http)
certus_fuzz(http_response SOURCES http_response_fuzz.cc USES certus_http)
