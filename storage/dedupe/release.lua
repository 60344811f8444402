-- Frees the claims that the owner still holds.
-- KEYS: "claim" keys. ARGV: the owner's token.
for _, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('DEL', key)
  end
end
return 0
