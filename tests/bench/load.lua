-- wrk's side: log one session a request where a body is given, and print the figures as one line of JSON.
-- arguments: nothing, or: file with the form and then the writers' session keys, number of the first log, first day

local form, writers, number, first = nil, {}, 0, 0
local headers, main = {}, nil

function setup(thread)
  main = thread
end

function init(arguments)
  if #arguments == 0 then return end
  for line in io.lines(arguments[1]) do
    if form then table.insert(writers, line) else form = line end
  end
  number, first = tonumber(arguments[2]), tonumber(arguments[3])
  for name, value in pairs(wrk.headers) do headers[name] = value end
  headers["Content-Type"] = "application/x-www-form-urlencoded"
end

local function log()
  local slot, writer = math.floor(number / #writers), number % #writers + 1
  local day = os.date("!%Y-%m-%d", first + 86400 * math.floor(slot / 2))
  local key = string.format("%08x-0000-4000-8000-%012x", os.time(), number)
  local body = form:gsub("%%DATE%%", day):gsub("%%PERIOD%%", slot % 2 == 0 and "am" or "pm"):gsub("%%KEY%%", key)
  headers["Cookie"] = wrk.headers["Cookie"]:gsub("%%SESSION%%", writers[writer])
  number = number + 1
  return wrk.format("POST", nil, headers, body)
end

refused = 0

function request()
  return form and log() or wrk.format()
end

function response(status)
  if form and status ~= 302 or status ~= 200 and not form then refused = refused + 1 end
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"requests": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "errors": %d}',
    summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.timeout + main:get("refused")
  ))
end
