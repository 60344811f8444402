-- Notes that a hub stores touches of these people now.
-- KEYS: one for each identity. ARGV: the hub, for how many milliseconds an identity is in its
-- hands, for how many seconds it stays known.
-- Answers for how many milliseconds more one of them is in the hands of another hub.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for _, key in ipairs(KEYS) do
  local known = redis.call('GET', key)
  if known then
    local hub, since = string.match(known, '^(%S+) (%d+)$')
    if hub ~= ARGV[1] then
      wait = math.max(wait, ARGV[2] - (now - since))
    end
  else
    redis.call('SET', key, ARGV[1] .. ' ' .. string.format('%d', now), 'EX', ARGV[3])
  end
end
return math.max(0, math.min(wait, ARGV[2]))
