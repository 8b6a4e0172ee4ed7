"""A request that is being typed: kept at each step, offered what the profile says, given up or adopted by an account."""
