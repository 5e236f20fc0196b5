-- wrk's side of tests/bench/trust: each request signs another artifact; every answer is checked. Prints one JSON line.
-- Arguments after --: a run's name that makes the artifacts new, and milliseconds that each connection waits before it asks again.
local threads = {}
function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

signed, bad, example = 0, 0, ""
local count, run, pause = 0, "", 0

function init(args)
  run, pause = args[1], tonumber(args[2])
  math.randomseed(number + 1)
end

-- Around the pause, so that the connections do not fall into step.
function delay() return pause > 0 and math.floor(pause * (0.5 + math.random())) or 0 end

function request()
  count = count + 1
  local digest = string.format("%s%08x%08x", run, number, count)
  return wrk.format("POST", "/v1/sign", {["Content-Type"] = "application/json"},
    '{"artifact":"sha256:' .. digest .. '","artifact_type":"container","subject":"registry.example.org/app:' .. count .. '"}')
end

function response(status, headers, body)
  if status == 202 and body:find('"signedEntryTimestamp"', 1, true) and body:find('"inclusionProof"', 1, true) then
    signed = signed + 1
  else
    bad, example = bad + 1, status .. " " .. body:sub(1, 200)
  end
end

function done(summary, latency)
  local all, wrong, what = 0, 0, ""
  for _, thread in ipairs(threads) do
    all, wrong = all + thread:get("signed"), wrong + thread:get("bad")
    if thread:get("bad") > 0 then what = thread:get("example") end
  end
  local errors = summary.errors
  io.write(string.format('\n{"signed":%d,"bad":%d,"socket_errors":%d,"p50":%d,"p99":%d,"duration_us":%d}\n', all, wrong,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99), summary.duration))
  if wrong > 0 then io.write("bad answer: " .. what .. "\n") end
end
