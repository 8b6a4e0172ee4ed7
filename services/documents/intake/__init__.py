"""The way of one upload: quarantine, examination, the bucket of what is kept."""
