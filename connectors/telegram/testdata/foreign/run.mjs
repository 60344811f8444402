// A Bot API server that was not written here. Prints its address, then lets a
// person write each line of stdin, and answers the line "sent" by what the bot sent.
import net from 'node:net'
import readline from 'node:readline'
import testApi from 'telegram-test-api'

const TelegramServer = testApi.default ?? testApi
const port = await new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => resolve(port))
  })
})
const server = new TelegramServer({ host: '127.0.0.1', port })
await server.start()
const token = process.argv[2]
const client = server.getClient(token, { userId: 501, chatId: 501, firstName: 'Анна', userName: 'annakim' })
console.log(server.config.apiURL)
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line === 'sent') {
    const history = await client.getUpdatesHistory()
    console.log(JSON.stringify(history.filter((u) => u.message.chat_id).map((u) => ({ ...u.message, messageId: u.messageId }))))
  } else {
    await client.sendMessage(client.makeMessage(line))
    console.log('said')
  }
}
await server.stop()
