# Reads the town hall's events for ever, and writes each of them once into a file: partner.rb BROKER PORTAL FILE.
#
# BROKER is the address that `parvis partner add` printed, PORTAL the portal's. Each line of FILE is what you would do with an event
# and the place after which to go on, kept together: a database would hold both in one transaction. With `gem install bunny`.

require 'bunny'
require 'json'
require 'net/http'
require 'openssl'
require 'uri'

class StreamChanged < StandardError; end

BROKER, PORTAL, PATH = ARGV
@seen = {} # the ids of the events that were dealt with
@stream = @place = nil # of which stream the next line is an offset
@wait = 1 # seconds

def load_file
  return unless File.exist?(PATH)

  written = File.binread(PATH)
  whole = (written.rindex("\n") || -1) + 1
  File.truncate(PATH, whole) # what follows was cut off while it was written
  written[0, whole].each_line do |text|
    line = JSON.parse(text)
    @seen[line['event']['id']] = true
    @stream = line['stream']
    @place = line['offset'] + 1
  end
end

def handle(headers, body)
  raise StreamChanged unless headers.fetch('parvis-stream', @stream) == @stream

  event = JSON.parse(body)
  offset = headers['x-stream-offset']
  unless @seen.key?(event['id'])
    File.write(PATH, "#{JSON.generate({ stream: @stream, offset: offset, event: event })}\n", mode: 'a')
    @seen[event['id']] = true
  end
  @place = offset + 1
  @wait = 1
end

def current
  answer = Net::HTTP.get_response(URI("#{PORTAL.chomp('/')}/api/v1/partners/stream"))
  raise IOError, "the portal answered #{answer.code}" unless answer.is_a?(Net::HTTPSuccess)

  JSON.parse(answer.body)['stream']
end

def listen
  now = current
  @stream, @place = now, 'first' unless now == @stream
  broker = BROKER.sub(%r{[^/@]*,[^/@]*(?=/[^/]*\z)}) { |servers| servers.split(',').sample } # it may name several
  connection = Bunny.new(broker, heartbeat: 30, automatically_recover: false, logger: Logger.new(IO::NULL))
  connection.start
  begin
    channel = connection.create_channel
    channel.prefetch(100)
    received = Queue.new # one thread, this one, deals with what comes
    channel.queue('parvis.events', no_declare: true).subscribe(
      manual_ack: true, arguments: { 'x-stream-offset' => @place }, on_cancellation: ->(*) { received.close }
    ) { |delivery, properties, body| received << [delivery, properties, body] }
    raise StreamChanged unless current == @stream # it may have changed between the question and the subscription

    while connection.open? && !received.closed?
      delivery, properties, body = received.pop(timeout: 1)
      next unless delivery

      handle(properties.headers, body)
      channel.ack(delivery.delivery_tag)
    end
    raise IOError, 'the connection or the stream has ended'
  ensure
    connection.close if connection.open?
  end
end

load_file
loop do
  listen
rescue Bunny::AuthenticationFailureError, Bunny::AccessRefused
  abort 'Access refused: ask the town hall whether this user still exists.'
rescue Bunny::Exception, OpenSSL::SSL::SSLError, Net::ProtocolError, Net::HTTPBadResponse, SystemCallError, IOError, SocketError,
       Timeout::Error, StreamChanged, JSON::ParserError, KeyError => error
  warn "Connection lost (#{error.class}), made again in #{@wait} s."
  sleep @wait
  @wait = [2 * @wait, 60].min
end
