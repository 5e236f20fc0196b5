certus_fuzz(redis_reply SOURCES redis_reply_fuzz.cc USES certus_limits)
certus_fuzz(limits SOURCES limits_fuzz.cc USES certus_limits)
