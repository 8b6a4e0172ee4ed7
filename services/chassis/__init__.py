"""What every service stands on: store, relay, reactions, RPC, settings, logs. No word of the domain in it."""
