"""The private link by which a visitor goes on with a draft on another device."""
