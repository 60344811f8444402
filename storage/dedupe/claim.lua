-- Claims the identities that are not known, all or none of them.
-- KEYS: a "known" key for each identity, then a "claim" key for each.
-- ARGV: the owner's token, and how many milliseconds the claim lasts.
-- Answers how many were claimed, or -1 if another owner holds one.
local n = #KEYS / 2
local unknown = {}
for i = 1, n do
  if redis.call('EXISTS', KEYS[i]) == 0 then
    local holder = redis.call('GET', KEYS[n + i])
    if holder and holder ~= ARGV[1] then
      return -1
    end
    unknown[#unknown + 1] = KEYS[n + i]
  end
end
for _, key in ipairs(unknown) do
  redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
end
return #unknown
