// Reads the town hall's events for ever, and writes each of them once into a file: partner.mjs BROKER PORTAL FILE.
//
// BROKER is the address that `parvis partner add` printed, PORTAL the portal's. Each line of FILE is what you would do with an
// event and the place after which to go on, kept together: a database would hold both in one transaction. With `npm ci`.

import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import amqp from 'amqplib'

const [broker, portal, path] = process.argv.slice(2)
const seen = new Set() // the ids of the events that were dealt with
let stream, place // of which stream the next line is an offset
let wait = 1 // seconds

function load () {
  if (!existsSync(path)) return
  const written = readFileSync(path)
  const whole = written.lastIndexOf('\n') + 1
  truncateSync(path, whole) // what follows was cut off while it was written
  for (const line of written.toString('utf8', 0, whole).split('\n').slice(0, -1).map(line => JSON.parse(line))) {
    seen.add(line.event.id)
    stream = line.stream
    place = line.offset + 1
  }
}

function handle (message) {
  const { 'parvis-stream': its = stream, 'x-stream-offset': offset } = message.properties.headers
  if (its !== stream) throw new Error('stream changed')
  const event = JSON.parse(message.content.toString())
  if (!seen.has(event.id)) {
    appendFileSync(path, JSON.stringify({ stream, offset, event }) + '\n')
    seen.add(event.id)
  }
  place = offset + 1
  wait = 1
}

async function current () {
  const answer = await fetch(`${portal.replace(/\/$/, '')}/api/v1/partners/stream`, { signal: AbortSignal.timeout(10_000) })
  if (!answer.ok) throw new Error(`the portal answered ${answer.status}`)
  return (await answer.json()).stream
}

// The address may name several servers: one of them.
function anyServer () {
  return broker.replace(/[^/@]*,[^/@]*(?=\/[^/]*$)/, servers => {
    const each = servers.split(',')
    return each[Math.floor(Math.random() * each.length)]
  })
}

async function listen () {
  const now = await current()
  if (now !== stream) {
    stream = now
    place = 'first'
  }
  const connection = await amqp.connect(`${anyServer()}?heartbeat=30`)
  let fail
  const failed = new Promise((resolve, reject) => { fail = reject })
  failed.catch(() => {}) // it may fail before it is awaited
  connection.on('error', fail).on('close', () => fail(new Error('closed')))
  try {
    const channel = await connection.createChannel()
    channel.on('error', fail)
    await channel.prefetch(100)
    await channel.consume('parvis.events', message => {
      try {
        if (message === null) throw new Error('the stream was deleted')
        handle(message)
        channel.ack(message)
      } catch (error) { // also where a message came after the channel's end
        fail(error)
      }
    }, { arguments: { 'x-stream-offset': place } })
    if (await current() !== stream) { // it may have changed between the question and the subscription
      throw new Error('stream changed')
    }
    await failed
  } finally {
    await connection.close().catch(() => {})
  }
}

load()
for (;;) {
  try {
    await listen()
  } catch (error) {
    if (/ACCESS.REFUSED/.test(error.message)) {
      console.error('Access refused: ask the town hall whether this user still exists.')
      process.exit(1)
    }
    console.error(`Connection lost (${error.message}), made again in ${wait} s.`)
    await sleep(wait * 1000)
    wait = Math.min(2 * wait, 60)
  }
}
