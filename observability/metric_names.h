// The name of every metric there is. Dashboards and alert rules are checked against this list by a test.
#pragma once

#include <array>
#include <string_view>

namespace certus::observability::names {

inline constexpr std::string_view kCalls = "certus_gateway_calls_total";                           // tool, outcome
inline constexpr std::string_view kCallDuration = "certus_gateway_call_duration_seconds";          // tool
inline constexpr std::string_view kRequests = "certus_gateway_requests_total";                     // method, outcome
inline constexpr std::string_view kRequestDuration = "certus_gateway_request_duration_seconds";    // method
inline constexpr std::string_view kUpstreamRequests = "certus_gateway_upstream_requests_total";    // service, outcome
inline constexpr std::string_view kUpstreamDuration = "certus_gateway_upstream_duration_seconds";  // service
inline constexpr std::string_view kBreakerOpen = "certus_gateway_upstream_breaker_open";           // service
inline constexpr std::string_view kSessions = "certus_gateway_sessions";
inline constexpr std::string_view kStreams = "certus_gateway_streams";                          // listener
inline constexpr std::string_view kAuthentications = "certus_gateway_authentications_total";    // listener, result
inline constexpr std::string_view kConnections = "certus_gateway_connections";                  // listener
inline constexpr std::string_view kConnectionsTotal = "certus_gateway_connections_total";       // listener
inline constexpr std::string_view kHttpRequests = "certus_gateway_http_requests_total";         // listener
inline constexpr std::string_view kHttpBadRequests = "certus_gateway_http_bad_requests_total";  // listener
inline constexpr std::string_view kHttpRefused = "certus_gateway_http_refused_total";           // listener
inline constexpr std::string_view kTlsHandshakes = "certus_gateway_tls_handshakes_total";       // listener, result
inline constexpr std::string_view kModuleMisuse =
    "certus_gateway_module_misuse_total";                                      // module, kind: late_completion, slow_entry
inline constexpr std::string_view kModuleInfo = "certus_gateway_module_info";  // module, version, sha256
inline constexpr std::string_view kLimitRefusals = "certus_gateway_limit_refusals_total";  // limit
inline constexpr std::string_view kLimitStoreFailures = "certus_gateway_limit_store_failures_total";
inline constexpr std::string_view kLimitsForgotten = "certus_gateway_limits_forgotten_total";
inline constexpr std::string_view kTools = "certus_gateway_tools";  // tools offered on /mcp
inline constexpr std::string_view kGeneration = "certus_gateway_config_generation";
inline constexpr std::string_view kReloads = "certus_gateway_reloads_total";  // result: applied, unchanged, refused
inline constexpr std::string_view kReloadSuccess = "certus_gateway_last_reload_success_timestamp_seconds";
inline constexpr std::string_view kPolicyStale = "certus_gateway_policy_stale";  // 1: the files hold what was refused
inline constexpr std::string_view kGenerationsLive = "certus_gateway_generations_live";
inline constexpr std::string_view kLogDropped = "certus_gateway_log_lines_dropped_total";
inline constexpr std::string_view kKeyFetches = "certus_gateway_jwks_fetches_total";  // issuer, result
inline constexpr std::string_view kBuildInfo = "certus_gateway_build_info";           // version
inline constexpr std::string_view kStartTime = "certus_gateway_start_time_seconds";

inline constexpr std::array kAll = {
    kCalls,        kCallDuration,    kRequests,      kRequestDuration, kUpstreamRequests, kUpstreamDuration,
    kBreakerOpen,  kSessions,        kStreams,       kAuthentications, kConnections,      kConnectionsTotal,
    kHttpRequests, kHttpBadRequests, kHttpRefused,   kTlsHandshakes,   kModuleMisuse,    kModuleInfo,       kTools,
    kGeneration,   kReloads,         kReloadSuccess, kPolicyStale,     kGenerationsLive,  kLogDropped,
    kBuildInfo,    kStartTime,       kKeyFetches,     kLimitRefusals,
    kLimitStoreFailures, kLimitsForgotten};

}  // namespace certus::observability::names
