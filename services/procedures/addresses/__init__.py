"""The town's own address file: its import, and what is proposed for an address as it is typed."""
