"""Who handles the requests: how many each agent follows, who is absent and by whom replaced, what is handed over, who is mentioned."""
