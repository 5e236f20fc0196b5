-- wrk's side of the benchmark: sends one fixed request, checks every answer, prints figures as one JSON line.
-- Arguments after --: the file of the request's body, then header lines as name=value, then needle=TEXT for every text that
-- each answer must hold.
local threads = {}
function setup(thread) table.insert(threads, thread) end

bad, checked = 0, 0
local needles, request_bytes = {}, nil

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method, wrk.body = "POST", file:read("*a")
  file:close()
  for i = 2, #args do
    local name, value = args[i]:match("^([^=]+)=(.*)$")
    if name == "needle" then needles[#needles + 1] = value else wrk.headers[name] = value end
  end
  request_bytes = wrk.format()
end

function request() return request_bytes end

function response(status, headers, body)
  checked = checked + 1
  if status ~= 200 then bad = bad + 1 return end
  for i = 1, #needles do
    if not body:find(needles[i], 1, true) then bad = bad + 1 return end
  end
end

function done(summary, latency)
  local wrong, seen = 0, 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("bad")
    seen = seen + thread:get("checked")
  end
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"checked":%d,"bad":%d,"socket_errors":%d,"status_errors":%d,"p50":%d,"p99":%d,"duration_us":%d}\n',
    summary.requests, seen, wrong, errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99), summary.duration))
end
